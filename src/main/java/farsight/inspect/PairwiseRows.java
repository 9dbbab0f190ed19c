package farsight.inspect;

import farsight.block.Pairwise;
import farsight.engine.Engine;
import farsight.engine.RefusedException;
import farsight.engine.Session;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.tape.Purpose;
import farsight.tape.Tape;
import java.util.Arrays;

/**
 * Rows of the affinity of every pair of positions, recorded by the block's own method. One program for R queries serves
 * all rows and holds R·M floats at a time.
 */
final class PairwiseRows implements AffinityRows {

    /** Most floats of A at a time: 32 MiB, little compared with a forward pass. */
    private static final int MOST_FLOATS = 8 << 20;

    private final float[] queries;
    private final int width;
    private final int keys;
    private final int batch;
    private final Buffer some;
    private final Buffer all;
    private final Buffer rows;
    private final Session session;

    /**
     * @param queries [N, q], as the block computed them
     * @param keys [M, q]
     * @param width q
     * @throws RefusedException when the engine cannot hold the keys
     */
    PairwiseRows(Pairwise block, Engine engine, float[] queries, float[] keys, int width) {
        this.queries = queries;
        this.width = width;
        this.keys = keys.length / width;
        batch = Math.clamp(MOST_FLOATS / this.keys, 1, queries.length / width);
        Program.Builder builder = new Program.Builder("rows");
        Tape tape = new Tape(builder, Purpose.RESULT);
        some = tape.given("queries", Shape.matrix(batch, width), Role.INPUT);
        all = tape.given("keys", Shape.matrix(this.keys, width), Role.INPUT);
        rows = block.affinity(tape, some, all);
        builder.output(rows);
        session = engine.open(MemoryPlan.of(builder.build()));
        session.write(all, keys);
    }

    @Override
    public int queries() {
        return queries.length / width;
    }

    @Override
    public int keys() {
        return keys;
    }

    @Override
    public void visit(int[] which, Visitor visitor) {
        float[] chunk = new float[batch * width];
        for (int first = 0; first < which.length; first += batch) {
            int count = Math.min(batch, which.length - first);
            for (int i = 0; i < count; i++) {
                System.arraycopy(queries, which[first + i] * width, chunk, i * width, width);
            }
            // Clears the queries of an earlier chunk, which would be computed again.
            Arrays.fill(chunk, count * width, chunk.length, 0);
            session.write(some, chunk);
            session.run();
            float[] values = session.read(rows);
            for (int i = 0; i < count; i++) {
                visitor.row(first + i, values, i * keys);
            }
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
