package farsight.cli;

import farsight.cli.output.Console;
import farsight.model.LargestLogit;
import farsight.model.OpenModel;

/** Warns of logits too large for float32 to resolve well enough for a softmax. */
final class CoarseLogits {

    private CoarseLogits() {}

    /** Warns of such logits after a run; the result's values do not show them. */
    static void tell(Console console, OpenModel open) {
        LargestLogit largest = open.largestLogit();
        if (!largest.coarse()) {
            return;
        }
        if (largest.value() > Float.MAX_VALUE) {
            console.note("warning: the softmax of this %s has logits above %.2g, the largest float32 number"
                    .formatted(open.program().block().kind(), Float.MAX_VALUE));
        } else {
            console.note(("warning: the softmax of this %s has logits of up to %.3g, where float32 numbers are %.2g"
                            + " apart: its weights, and the gradients through them, are no more exact than that")
                    .formatted(open.program().block().kind(), largest.value(), largest.resolution()));
        }
    }
}
