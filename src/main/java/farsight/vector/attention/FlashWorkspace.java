package farsight.vector.attention;

import farsight.vector.Factor;
import farsight.vector.Lanes;
import farsight.vector.Packing;
import farsight.vector.RegisterTiles;
import farsight.vector.Scratch;
import farsight.vector.Strips;
import farsight.vector.Workspace;
import java.util.function.IntUnaryOperator;

/**
 * A thread's workspace for streaming attention: panels of the operands for a block of rows and of keys, and the block's
 * weights. It grows to the needs of the largest operation: at most 1.5 MB with {@link Scratch} for up to 512 channels, for any N, and beyond
 * that in proportion to the channels.
 */
final class FlashWorkspace {

    /** The purposes of the workspace's float arrays. */
    enum Panels {
        /** Columns of k (backward: of q), the second factor of the logits. */
        LOGIT,
        /** Columns of dy: the second factor of the weights' gradients. */
        SLOPE,
        /** v (backward: dy), the factor of the weights in y (backward: in dv). */
        VALUE,
        /** q of the rows of a block (backward: the factor of the slopes in dk). */
        QUERY,
        /** q of a strip, in the forward pass. */
        STRIP,
        /** k: the factor of the slopes in dq. */
        KEY,
        /** The sums and bounds of the rows, in the forward pass. */
        SUMS
    }

    private static final ThreadLocal<FlashWorkspace> OF_THREAD = ThreadLocal.withInitial(FlashWorkspace::new);

    private final Workspace<Panels> panels = new Workspace<>(Panels.class);

    private FlashWorkspace() {}

    static FlashWorkspace get() {
        return OF_THREAD.get();
    }

    /** Packs a stretch of a factor for {@link RegisterTiles}, by {@link Packing#panels}. */
    float[] pack(Panels which, Factor factor, long at, int columns, int length) {
        return pack(which, factor, at, columns, length, RegisterTiles::width);
    }

    /** Packs a stretch of a factor for {@link Strips}. */
    float[] strips(Panels which, Factor factor, long at, int columns, int length) {
        return pack(which, factor, at, columns, length, Strips::width);
    }

    private float[] pack(Panels which, Factor factor, long at, int columns, int length, IntUnaryOperator widths) {
        float[] packed = floats(which, Packing.vectors(columns) * Lanes.COUNT * length);
        Packing.panels(factor, at, columns, length, widths, packed);
        return packed;
    }

    /** At least this many floats, with arbitrary contents. */
    float[] floats(Panels which, int floats) {
        return panels.of(which, floats);
    }
}
