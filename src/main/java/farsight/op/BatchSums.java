package farsight.op;

import static farsight.op.Op.size;

import farsight.kernel.BatchNormKernels;
import farsight.kernel.group.BatchNormGroups;
import farsight.kernel.group.Columns;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.vector.BatchNormVector;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/** Sums over all positions of the batch that {@link BatchNorm} needs beside the mean, each in two stages. */
final class BatchSums {

    private BatchSums() {}

    /**
     * σ² = Σ (x − μ)² / (B·N), the biased variance.
     *
     * @param x [B, N, C]
     * @param mean μ, [1, 1, C]
     * @param variance σ², [1, 1, C]
     * @param partial one sum a chunk, [1, chunks, C]
     */
    public record Variance(Buffer x, Buffer mean, Buffer variance, Buffer partial, Chunks chunks) implements Op {

        /** Records the work space it needs and itself. */
        static void record(Program.Builder program, Buffer x, Buffer mean, Buffer variance) {
            Chunks chunks = Chunks.ofColumns(x.shape().batch() * x.shape().rows());
            program.add(new Variance(x, mean, variance, workSpace(program, variance, chunks), chunks));
        }

        @Override
        public String name() {
            return "variance";
        }

        @Override
        public List<Buffer> reads() {
            return List.of(x, mean);
        }

        @Override
        public List<Buffer> writes() {
            return List.of(variance, partial);
        }

        @Override
        public long flops() {
            return 3 * x.elements();
        }

        @Override
        public List<TaskPackage> tasks(String id, Storage at) {
            int cols = size(x.shape().cols());
            return List.of(
                    TaskPackage.createPackage(
                            id,
                            BatchNormKernels::deviationChunks,
                            at.of(x),
                            at.of(mean),
                            at.of(partial),
                            BatchNorm.rows(x),
                            cols,
                            chunks.count(),
                            chunks.rows()),
                    meanSquare().task(id + "Sum", at));
        }

        @Override
        public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
            if (!WorkGroups.shareColumns(limits)) {
                return Op.super.groupTasks(id, at, limits);
            }
            int cols = size(x.shape().cols());
            return List.of(
                    GridTask.on(
                            WorkGroups.ofColumns(1, chunks.count(), cols),
                            TaskPackage.createPackage(
                                    id,
                                    BatchNormGroups::deviationChunks,
                                    WorkGroups.CONTEXT,
                                    at.of(x),
                                    at.of(mean),
                                    at.of(partial),
                                    BatchNorm.rows(x),
                                    cols,
                                    chunks.rows(),
                                    Columns.width(cols))),
                    meanSquare().groupTask(id + "Sum", at, limits));
        }

        @Override
        public void vector(Storage at, Workers workers) {
            int cols = size(x.shape().cols());
            BatchNormVector.deviationChunks(
                    at.of(x),
                    at.of(mean),
                    at.of(partial),
                    BatchNorm.rows(x),
                    cols,
                    chunks.count(),
                    chunks.rows(),
                    workers);
            meanSquare().vector(at, workers);
        }

        private ChunkSum meanSquare() {
            return new ChunkSum(partial, variance, 1f / BatchNorm.rows(x), false);
        }
    }

    /**
     * Σ dy·x̂ over all positions: dγ, and a term of dx.
     *
     * @param sum [1, 1, C]
     * @param partial one sum a chunk, [1, chunks, C]
     */
    public record HatDot(Buffer x, Buffer mean, Buffer variance, Buffer dy, Buffer sum, Buffer partial, Chunks chunks)
            implements Op {

        /** Records the work space it needs and itself. */
        static void record(Program.Builder program, Buffer x, Buffer mean, Buffer variance, Buffer dy, Buffer sum) {
            Chunks chunks = Chunks.ofColumns(x.shape().batch() * x.shape().rows());
            program.add(new HatDot(x, mean, variance, dy, sum, workSpace(program, sum, chunks), chunks));
        }

        @Override
        public String name() {
            return "hatDot";
        }

        @Override
        public List<Buffer> reads() {
            return List.of(x, mean, variance, dy);
        }

        @Override
        public List<Buffer> writes() {
            return List.of(sum, partial);
        }

        @Override
        public long flops() {
            return 4 * x.elements();
        }

        @Override
        public List<TaskPackage> tasks(String id, Storage at) {
            int cols = size(x.shape().cols());
            return List.of(
                    TaskPackage.createPackage(
                            id,
                            BatchNormKernels::hatDotChunks,
                            at.of(x),
                            at.of(mean),
                            at.of(variance),
                            at.of(dy),
                            at.of(partial),
                            BatchNorm.rows(x),
                            cols,
                            chunks.count(),
                            chunks.rows(),
                            BatchNorm.EPSILON),
                    ChunkSum.of(partial, sum).task(id + "Sum", at));
        }

        @Override
        public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
            if (!WorkGroups.shareColumns(limits)) {
                return Op.super.groupTasks(id, at, limits);
            }
            int cols = size(x.shape().cols());
            return List.of(
                    GridTask.on(
                            WorkGroups.ofColumns(1, chunks.count(), cols),
                            TaskPackage.createPackage(
                                    id,
                                    BatchNormGroups::hatDotChunks,
                                    WorkGroups.CONTEXT,
                                    at.of(x),
                                    at.of(mean),
                                    at.of(variance),
                                    at.of(dy),
                                    at.of(partial),
                                    BatchNorm.rows(x),
                                    cols,
                                    chunks.rows(),
                                    BatchNorm.EPSILON,
                                    Columns.width(cols))),
                    ChunkSum.of(partial, sum).groupTask(id + "Sum", at, limits));
        }

        @Override
        public void vector(Storage at, Workers workers) {
            int cols = size(x.shape().cols());
            BatchNormVector.hatDotChunks(
                    at.of(x),
                    at.of(mean),
                    at.of(variance),
                    at.of(dy),
                    at.of(partial),
                    BatchNorm.rows(x),
                    cols,
                    chunks.count(),
                    chunks.rows(),
                    BatchNorm.EPSILON,
                    workers);
            ChunkSum.of(partial, sum).vector(at, workers);
        }
    }

    private static Buffer workSpace(Program.Builder program, Buffer result, Chunks chunks) {
        return program.buffer(
                result.name() + ".chunks",
                new Shape(1, chunks.count(), result.shape().cols()),
                Role.INTERMEDIATE);
    }
}
