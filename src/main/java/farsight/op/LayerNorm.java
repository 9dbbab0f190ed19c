package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.NormKernels;
import farsight.kernel.group.LayerNormGroups;
import farsight.kernel.group.Rows;
import farsight.program.Buffer;
import farsight.program.Shape;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * y = γ·(x − μ)/√(σ² + ε) + β over each row, ε = 1e-5. Its rows are the batch of a GC block, so few
 * that it has no Vector API twin.
 *
 * @param x [B, 1, p]
 * @param gamma γ, [1, 1, p]
 * @param beta β, [1, 1, p]
 * @param y like x
 * @param moments μ and 1/√(σ² + ε), [B, 1, 2]
 */
public record LayerNorm(Buffer x, Buffer gamma, Buffer beta, Buffer y, Buffer moments) implements Op {

    /** PyTorch's default. */
    public static final float EPSILON = 1e-5f;

    @Override
    public String name() {
        return "layerNorm";
    }

    @Override
    public List<Buffer> reads() {
        return List.of(x, gamma, beta);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(y, moments);
    }

    @Override
    public long flops() {
        return Math.multiplyExact(8, x.elements());
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        Shape s = x.shape();
        return List.of(TaskPackage.createPackage(
                id,
                NormKernels::layerNorm,
                at.of(x),
                at.of(gamma),
                at.of(beta),
                at.of(y),
                at.of(moments),
                size(s.batch() * s.rows()),
                size(s.cols()),
                EPSILON));
    }

    @Override
    public long iterations() {
        return x.shape().batch() * x.shape().rows();
    }

    @Override
    public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        Shape s = x.shape();
        if (!WorkGroups.shareRows(s.cols(), limits)) {
            return Op.super.groupTasks(id, at, limits);
        }
        int rows = size(s.batch() * s.rows());
        int cols = size(s.cols());
        return List.of(GridTask.on(
                WorkGroups.ofRows(rows, cols),
                TaskPackage.createPackage(
                        id,
                        LayerNormGroups::layerNorm,
                        WorkGroups.CONTEXT,
                        at.of(x),
                        at.of(gamma),
                        at.of(beta),
                        at.of(y),
                        at.of(moments),
                        rows,
                        cols,
                        EPSILON,
                        Rows.lanes(cols))));
    }

    /**
     * dx (or dx +=), dγ and dβ.
     *
     * @param dx like x; never dγ's or dβ's accumulation: each parameter is used once a block
     */
    public record Gradient(
            Buffer x,
            Buffer gamma,
            Buffer moments,
            Buffer dy,
            Buffer dx,
            Buffer dGamma,
            Buffer dBeta,
            boolean accumulate,
            boolean accumulateParameters)
            implements Op {

        @Override
        public String name() {
            return "layerNormGradient";
        }

        @Override
        public List<Buffer> reads() {
            var reads = new java.util.ArrayList<>(Op.reading(accumulate, dx, x, gamma, moments, dy));
            if (accumulateParameters) {
                reads.add(dGamma);
                reads.add(dBeta);
            }
            return List.copyOf(reads);
        }

        @Override
        public List<Buffer> writes() {
            return List.of(dx, dGamma, dBeta);
        }

        @Override
        public long flops() {
            return Math.multiplyExact(16, x.elements());
        }

        @Override
        public List<TaskPackage> tasks(String id, Storage at) {
            Shape s = x.shape();
            int rows = size(s.batch() * s.rows());
            int cols = size(s.cols());
            return List.of(
                    TaskPackage.createPackage(
                            id,
                            NormKernels::layerNormGradient,
                            at.of(x),
                            at.of(gamma),
                            at.of(moments),
                            at.of(dy),
                            at.of(dx),
                            rows,
                            cols,
                            flag(accumulate)),
                    TaskPackage.createPackage(
                            id + "Parameters",
                            NormKernels::layerNormParameterGradient,
                            at.of(x),
                            at.of(moments),
                            at.of(dy),
                            at.of(dGamma),
                            at.of(dBeta),
                            rows,
                            cols,
                            flag(accumulateParameters)));
        }

        @Override
        public long iterations() {
            return Math.max(x.shape().batch() * x.shape().rows(), x.shape().cols());
        }

        /** By work-groups, but for the parameters' gradients, whose neighbouring items read neighbouring numbers as it is. */
        @Override
        public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
            Shape s = x.shape();
            List<GridTask> plain = Op.super.groupTasks(id, at, limits);
            if (!WorkGroups.shareRows(s.cols(), limits)) {
                return plain;
            }
            int rows = size(s.batch() * s.rows());
            int cols = size(s.cols());
            return List.of(
                    GridTask.on(
                            WorkGroups.ofRows(rows, cols),
                            TaskPackage.createPackage(
                                    id,
                                    LayerNormGroups::layerNormGradient,
                                    WorkGroups.CONTEXT,
                                    at.of(x),
                                    at.of(gamma),
                                    at.of(moments),
                                    at.of(dy),
                                    at.of(dx),
                                    rows,
                                    cols,
                                    flag(accumulate),
                                    Rows.lanes(cols))),
                    plain.getLast());
        }
    }
}
