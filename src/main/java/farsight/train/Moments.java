package farsight.train;

import farsight.network.Optimizer;
import farsight.op.update.Adam;
import farsight.op.update.Sgd;
import java.util.List;

/** The optimizer's own numbers, one of each per weight. */
final class Moments {

    /** Begins the names of moments in checkpoints. */
    static final String PREFIX = "optimizer.";

    private Moments() {}

    /** The moments of an optimizer: {@code momentum} of SGD; {@code mean} and {@code square} of Adam. */
    static List<String> names(Optimizer optimizer) {
        return switch (optimizer.rule()) {
            case Sgd.Rule sgd -> sgd.momentum() > 0 ? List.of("momentum") : List.of();
            case Adam.Rule _ -> List.of("mean", "square");
        };
    }

    /** The name of a weight's moment in a checkpoint. */
    static String name(String moment, String weight) {
        return PREFIX + moment + "." + weight;
    }
}
