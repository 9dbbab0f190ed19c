package farsight.peers;

import farsight.block.Pass;
import farsight.peers.problem.Case;
import farsight.peers.problem.Side;
import farsight.program.Program;
import farsight.train.LayerCosts;

/**
 * How much a case takes in one run, whoever computes it, by Farsight's operations; NaN where it has none.
 *
 * @param flops floating-point operations
 * @param bytes read and written, each operand of an operation once
 */
record Work(double flops, double bytes) {

    static Work of(Case c, Pass pass) {
        if (!c.sides().contains(Side.FARSIGHT)) {
            return new Work(Double.NaN, Double.NaN);
        }
        if (c instanceof Case.Training t) {
            LayerCosts costs = LayerCosts.of(t.network(), t.batch());
            LayerCosts.Cost all = costs.others().values().stream().reduce(LayerCosts.Cost.NONE, LayerCosts.Cost::plus);
            for (LayerCosts.Row row : costs.layers()) {
                all = all.plus(row.forward()).plus(row.backward());
            }
            return new Work(all.flops(), all.bytes());
        }
        Program program = Recorded.of(c, pass).program();
        return new Work(program.flops(), program.bytesMoved());
    }
}
