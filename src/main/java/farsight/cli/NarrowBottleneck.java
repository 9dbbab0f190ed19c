package farsight.cli;

import farsight.block.Block;
import farsight.block.Gc;

/** A gc block whose options leave its context no say. */
final class NarrowBottleneck {

    private NarrowBottleneck() {}

    /** Notes that a bottleneck of one channel makes the context a constant. */
    static void tell(Console console, Block block) {
        if (block instanceof Gc gc && gc.bottleneck() == 1) {
            console.note("a ratio of %s leaves gc a bottleneck of 1 channel of %d: the layer norm over one value always"
                            .formatted(gc.ratio(), gc.channels())
                    + " gives its bias, so what is spread to every position does not depend on x");
        }
    }
}
