package farsight.sweep;

import farsight.block.BlockProgram;
import farsight.block.BlockSpec;
import farsight.engine.Engine;
import farsight.engine.Timing;
import farsight.program.MemoryPlan;

/**
 * A point in progress: first what is known before it runs, then the measurements.
 *
 * @param batch B
 * @param visit the point to measure
 * @param engine to measure on
 * @param program the block's program at this N
 * @param memory its plan
 */
record PendingPoint(int batch, SweepPlan.Visit visit, Engine engine, BlockProgram program, MemoryPlan memory) {

    /**
     * The symbolic program of a visit.
     *
     * @throws IllegalArgumentException when it has more bytes or operations than a long counts, or an
     *     ArithmeticException
     */
    static PendingPoint of(SweepPlan plan, Features features, SweepPlan.Visit v, Engine engine) {
        BlockProgram program = BlockProgram.of(v.block(), plan.batch(), features.grid(v.positions()), v.pass());
        return new PendingPoint(plan.batch(), v, engine, program, MemoryPlan.of(program.program()));
    }

    /** A point that has no program. */
    static Point impossible(int batch, SweepPlan.Visit visit, Engine engine, Status status, String message) {
        return point(batch, visit, engine, status, message, new Predicted(0, 0, -1, -1), NOTHING);
    }

    private static final Measured NOTHING = new Measured(-1, -1, 0, -1, -1, -1, -1, -1);

    private record Predicted(long flops, long bytesMoved, long bytes, long unshared) {}

    private record Measured(
            long bytes, long resident, int runs, long median, long min, long kernels, long first, long compile) {}

    /** A point that was not measured. */
    Point without(Status status, String message) {
        return point(batch, visit, engine, status, message, predicted(), NOTHING);
    }

    /**
     * A measured point.
     *
     * @param bytes of the arrays
     * @param resident largest size of the process
     * @param walls times of the runs, shortest first
     * @param kernels times in the device's kernels, shortest first; −1 where there are none
     * @param message empty, or a reservation about the times
     */
    Point measured(long bytes, long resident, Timing first, long[] walls, long[] kernels, String message) {
        return point(
                batch,
                visit,
                engine,
                Status.OK,
                message,
                predicted(),
                new Measured(
                        bytes,
                        resident,
                        walls.length,
                        median(walls),
                        walls[0],
                        median(kernels),
                        first.wall(),
                        first.compile()));
    }

    private Predicted predicted() {
        return new Predicted(
                program.program().flops(),
                program.program().bytesMoved(),
                engine.predictedBytes(memory),
                MemoryPlan.withoutSharing(program.program())
                        .bytes(engine.limits().headerBytes()));
    }

    private static Point point(
            int batch, SweepPlan.Visit visit, Engine engine, Status status, String message, Predicted p, Measured m) {
        return new Point(
                visit.label(),
                BlockSpec.write(visit.block()),
                batch,
                visit.positions(),
                visit.block().channels(),
                visit.latent(),
                visit.pass(),
                engine.id(),
                status,
                message,
                visit.block().parameterCount(),
                p.flops,
                p.bytesMoved,
                p.bytes,
                p.unshared,
                m.bytes,
                m.resident,
                m.runs,
                m.median,
                m.min,
                m.kernels,
                m.first,
                m.compile);
    }

    private static long median(long[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
