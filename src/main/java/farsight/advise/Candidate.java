package farsight.advise;

import farsight.block.Block;
import farsight.sweep.BlockChoice;
import java.util.ArrayList;
import java.util.List;

/**
 * A block to advise on.
 *
 * @param choice the block by name, or a spec of its own
 * @param channels C
 * @param d latent nodes; 0 for blocks that have none to choose
 */
public record Candidate(BlockChoice choice, int channels, int d) {

    /**
     * Every block, those with latent nodes once for each d.
     *
     * @param latents every d
     */
    public static List<Candidate> of(List<BlockChoice> choices, int channels, List<Integer> latents) {
        List<Candidate> all = new ArrayList<>();
        for (BlockChoice choice : choices) {
            for (int d : choice.latent() ? latents : List.of(0)) {
                all.add(new Candidate(choice, channels, d));
            }
        }
        return all;
    }

    /**
     * The block.
     *
     * @throws farsight.block.spec.SpecException when it refuses C or d
     */
    public Block block() {
        return choice.make().apply(channels, d);
    }

    /** The short name, with d if there is one: {@code latentgnn, d = 64}. */
    public String name() {
        return d == 0 ? choice.label() : choice.label() + ", d = " + d;
    }

    /** The same block with another d. */
    Candidate withD(int other) {
        return new Candidate(choice, channels, other);
    }
}
