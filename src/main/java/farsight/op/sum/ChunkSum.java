package farsight.op.sum;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;

import farsight.kernel.ColumnKernels;
import farsight.kernel.group.ColumnGroups;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Operand;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.ColumnVector;

/** The second stage of every sum over positions. */
public final class ChunkSum {

    private static final Kernel SUM =
            Kernel.of(ColumnKernels::sumChunks).group(ColumnGroups::columnSum).vector(ColumnVector.class);

    private ChunkSum() {}

    /**
     * y[b] = scale·Σ_s P[b, s], or y += that. The number of chunks is the ratio of their sizes.
     *
     * @param partial P, [batch, chunks, y's rows·cols]
     * @param y [batch, rows, cols]
     */
    public static Call of(Buffer partial, Buffer y, float scale, boolean accumulate) {
        Shape s = y.shape();
        int batch = size(s.batch());
        int chunks = size(partial.elements() / y.elements());
        int elements = size(s.rows() * s.cols());
        Operand sum = into(y, accumulate);
        return SUM.call(in(partial), sum, batch, chunks, elements, scale, flag(accumulate))
                .grouped(in(partial), sum, chunks, elements, 1, chunks, scale, flag(accumulate))
                .by(new Launch.SharedColumns(s.batch(), 1, s.rows() * s.cols()))
                .named("Sum");
    }

    /** y[b] = Σ_s P[b, s]. */
    public static Call of(Buffer partial, Buffer y) {
        return of(partial, y, 1f, false);
    }
}
