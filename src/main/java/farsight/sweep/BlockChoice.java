package farsight.sweep;

import farsight.block.Block;
import farsight.block.NamedBlock;
import farsight.text.Line;
import farsight.text.Nearest;
import java.util.function.BiFunction;

/**
 * A block as a sweep names it, before C and d are known.
 *
 * @param label its name in tables and charts
 * @param latent whether it has a d to sweep
 * @param fixed whether it keeps its own C, whatever the sweep's
 * @param make the block of (C, d); d is 0 when there is none to sweep
 */
public record BlockChoice(String label, boolean latent, boolean fixed, BiFunction<Integer, Integer, Block> make) {

    /**
     * The block of that name.
     *
     * @throws IllegalArgumentException when there is none; the message lists the names
     */
    public static BlockChoice named(String name) {
        NamedBlock block = NamedBlock.of(name)
                .orElseThrow(() -> new IllegalArgumentException("no block '" + Line.excerpt(name)
                        + "'; a sweep knows " + String.join(", ", NamedBlock.names())
                        + ", or the path of a spec ending in .json" + Nearest.hint(name, NamedBlock.names())));
        return new BlockChoice(name, block.latent(), false, block::block);
    }

    /** A block with all its options given, independent of the sweep's C and d. */
    public static BlockChoice of(String label, Block block) {
        return new BlockChoice(label, false, true, (c, d) -> block);
    }
}
