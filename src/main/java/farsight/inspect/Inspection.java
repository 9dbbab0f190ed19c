package farsight.inspect;

import farsight.block.Block;
import farsight.model.FeatureShape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The results for a block with weights and one input.
 *
 * @param block the block that ran
 * @param shape of the features
 * @param image index of the examined image in the batch, from 0
 * @param scene places of the positions; null where unknown
 * @param queries whose maps are shown
 * @param ranks at which captured energy is reported
 * @param input average cosine distance of the features x_i
 * @param output average cosine distance of what the block adds to them
 * @param added formula of what the block adds
 * @param attentions each affinity of the block: none for blocks that take the mean; for a mixture one per kernel and
 *     their sum
 * @param nodes maps of latent nodes
 * @param captured shares of full affinities that the latent nodes can represent; empty for other blocks
 * @param bytes of the forward pass's arrays
 * @param nanos of the forward pass
 * @param notes lines on what was sampled, left out or done otherwise
 */
public record Inspection(
        Block block,
        FeatureShape shape,
        int image,
        @Nullable Scene scene,
        List<Query> queries,
        List<Integer> ranks,
        Distance input,
        Distance output,
        String added,
        List<Attention> attentions,
        List<LatentNodes> nodes,
        List<Captured> captured,
        long bytes,
        long nanos,
        List<String> notes) {

    /** Copies the lists. */
    public Inspection {
        queries = List.copyOf(queries);
        ranks = List.copyOf(ranks);
        attentions = List.copyOf(attentions);
        nodes = List.copyOf(nodes);
        captured = List.copyOf(captured);
        notes = List.copyOf(notes);
    }
}
