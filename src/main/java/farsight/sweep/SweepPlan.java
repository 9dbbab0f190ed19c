package farsight.sweep;

import farsight.block.Block;
import farsight.block.BlockSpec;
import farsight.block.Pass;
import java.util.ArrayList;
import java.util.List;

/**
 * The points that a sweep visits.
 *
 * @param blocks which blocks
 * @param positions every N
 * @param latents every d, for the blocks that have one
 * @param channels C
 * @param batch B
 * @param passes forward, both, or each in turn
 * @param budgetBytes the user's own memory limit; {@link Long#MAX_VALUE} for none
 * @param mostNanos refuse points whose runs are expected to take longer; {@link Long#MAX_VALUE} for no limit
 * @param seed of weights and synthetic inputs
 */
public record SweepPlan(
        List<BlockChoice> blocks,
        List<Long> positions,
        List<Long> latents,
        int channels,
        int batch,
        List<Pass> passes,
        long budgetBytes,
        long mostNanos,
        long seed) {

    /** Copies the lists. */
    public SweepPlan {
        blocks = List.copyOf(blocks);
        positions = List.copyOf(positions);
        latents = List.copyOf(latents);
        passes = List.copyOf(passes);
    }

    /**
     * A point to visit.
     *
     * @param label of the block
     * @param block the block
     * @param latent d, 0 when the block has none
     * @param positions N
     * @param pass which pass
     */
    public record Visit(String label, Block block, int latent, long positions, Pass pass) {}

    /**
     * Every point, small N first, so that an interrupted sweep has all blocks at the sizes it reached.
     *
     * @throws farsight.block.spec.SpecException when a block refuses C or d
     */
    public List<Visit> visits() {
        List<Visit> all = new ArrayList<>();
        for (long n : positions) {
            for (Pass pass : passes) {
                for (BlockChoice choice : blocks) {
                    for (long d : choice.latent() ? latents : List.of(0L)) {
                        Block block = choice.make().apply(channels, Math.toIntExact(d));
                        int latent = block.latentDims().stream()
                                .mapToInt(Integer::intValue)
                                .sum();
                        all.add(new Visit(choice.label(), block, latent, n, pass));
                    }
                }
            }
        }
        return all;
    }

    /** {@link Point#key} of a visit on a device. */
    public String key(Visit v, String device) {
        return Point.key(v.label(), BlockSpec.write(v.block()), batch, v.positions(), v.pass(), device);
    }
}
