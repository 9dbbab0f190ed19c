package farsight.cli;

import farsight.model.LargestLogit;
import farsight.model.OpenModel;

/** Logits that float32 does not tell apart well enough for a softmax. */
final class CoarseLogits {

    private CoarseLogits() {}

    /** Warns of them after a run: no value of the result shows it. */
    static void tell(Console console, OpenModel open) {
        LargestLogit largest = open.largestLogit();
        if (!largest.coarse()) {
            return;
        }
        if (largest.value() > Float.MAX_VALUE) {
            console.note("warning: the softmax of this %s has logits beyond %.2g, the largest number of float32"
                    .formatted(open.program().block().kind(), Float.MAX_VALUE));
        } else {
            console.note(("warning: the softmax of this %s has logits of up to %.3g, where float32's numbers lie %.2g"
                            + " apart: its weights, and the gradients through them, are no more exact than that")
                    .formatted(open.program().block().kind(), largest.value(), largest.resolution()));
        }
    }
}
