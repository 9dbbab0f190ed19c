package farsight.op;

import static farsight.op.Op.size;

import farsight.kernel.UnitAttentionGradientKernels;
import farsight.kernel.UnitAttentionKernels;
import farsight.kernel.group.UnitAttentionGradientGroups;
import farsight.kernel.group.UnitAttentionGroups;
import farsight.program.Buffer;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * A kernel's call of {@link UnitAttentionGradient}, seen from the rows whose gradient it gives.
 *
 * @param op whose it is
 * @param part of its id
 * @param ofValues whether it gives dv
 * @param x the rows, q or k
 * @param t the others
 * @param a what is given for the rows: dy for q, v for k
 * @param e what is given for the others
 * @param side where the gradient goes
 * @param factors {@link UnitAttentionGradientKernels#FACTORS_OF_ROWS} or 0
 */
record UnitAttentionGradientCall(
        UnitAttentionGradient op,
        String part,
        boolean ofValues,
        Buffer x,
        Buffer t,
        Buffer a,
        Buffer e,
        GradientChunks side,
        int factors) {

    static UnitAttentionGradientCall query(UnitAttentionGradient g) {
        int factors = UnitAttentionGradientKernels.FACTORS_OF_ROWS;
        return new UnitAttentionGradientCall(g, "Query", false, g.q(), g.k(), g.dy(), g.v(), g.dq(), factors);
    }

    static UnitAttentionGradientCall key(UnitAttentionGradient g) {
        return new UnitAttentionGradientCall(g, "Key", false, g.k(), g.q(), g.v(), g.dy(), g.dk(), 0);
    }

    static UnitAttentionGradientCall value(UnitAttentionGradient g) {
        return new UnitAttentionGradientCall(g, "Value", true, g.k(), g.q(), g.v(), g.dy(), g.dv(), 0);
    }

    private int rows() {
        return size(x.shape().rows());
    }

    private int others() {
        return size(t.shape().rows());
    }

    private int flags() {
        return shared(x, UnitAttentionGradientKernels.SHARED_ROWS)
                + shared(t, UnitAttentionGradientKernels.SHARED_OTHERS)
                + factors
                + side.added();
    }

    private static int shared(Buffer x, int flag) {
        return x.shape().batch() == 1 ? flag : 0;
    }

    /** By the plain kernels. */
    TaskPackage plain(String id, Storage at) {
        return ofValues
                ? TaskPackage.createPackage(
                        id + part,
                        UnitAttentionGradientKernels::valueGradient,
                        at.of(x),
                        at.of(t),
                        at.of(e),
                        at.of(op.f()),
                        at.of(side.sums()),
                        op.batch(),
                        rows(),
                        others(),
                        op.c(),
                        op.width(),
                        flags(),
                        side.chunks().count(),
                        side.chunks().rows())
                : TaskPackage.createPackage(
                        id + part,
                        UnitAttentionGradientKernels::sideGradient,
                        at.of(x),
                        at.of(t),
                        at.of(a),
                        at.of(e),
                        at.of(op.f()),
                        at.of(op.h()),
                        at.of(side.sums()),
                        op.batch(),
                        rows(),
                        others(),
                        op.c(),
                        op.width(),
                        flags(),
                        side.chunks().count(),
                        side.chunks().rows());
    }

    /** By work-groups where they fit, else the plain one. */
    GridTask groupTask(String id, Storage at, GroupLimits limits) {
        int pieces = op.batch() * side.chunks().count();
        int cols = size(side.target().shape().cols());
        if (!limits.allow(UnitAttentionGradientGroups.GROUP, UnitAttentionGradientGroups.LOCAL_BYTES)) {
            return WorkGroups.heavyLoop(limits, UnitAttentionKernels.parts(pieces, rows(), cols), plain(id, at));
        }
        return GridTask.on(
                WorkGroups.of(UnitAttentionGroups.groups(pieces, rows(), cols), UnitAttentionGradientGroups.GROUP),
                grouped(id, at));
    }

    private TaskPackage grouped(String id, Storage at) {
        return ofValues
                ? TaskPackage.createPackage(
                        id + part,
                        UnitAttentionGradientGroups::valueGradient,
                        WorkGroups.CONTEXT,
                        at.of(x),
                        at.of(t),
                        at.of(e),
                        at.of(op.f()),
                        at.of(side.sums()),
                        rows(),
                        others(),
                        op.c(),
                        op.width(),
                        flags(),
                        side.chunks().count(),
                        side.chunks().rows())
                : TaskPackage.createPackage(
                        id + part,
                        UnitAttentionGradientGroups::sideGradient,
                        WorkGroups.CONTEXT,
                        at.of(x),
                        at.of(t),
                        at.of(a),
                        at.of(e),
                        at.of(op.f()),
                        at.of(op.h()),
                        at.of(side.sums()),
                        rows(),
                        others(),
                        op.c(),
                        op.width(),
                        flags(),
                        side.chunks().count(),
                        side.chunks().rows());
    }
}
