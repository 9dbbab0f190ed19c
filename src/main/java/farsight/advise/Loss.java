package farsight.advise;

import farsight.block.Block;
import farsight.block.NamedBlock;
import farsight.block.Pairwise;
import farsight.block.spec.SpecException;
import farsight.evidence.Quality;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a block loses on one task.
 *
 * @param quality the measurement
 * @param otherD whether it was measured with another d
 */
public record Loss(Quality quality, boolean otherD) {

    /** See {@link Quality#loss}. */
    public double share() {
        return quality.loss();
    }

    /**
     * The losses of a block, one for each task that it was measured on. A row applies to blocks with the same options,
     * and to the streaming form of a full attention, which computes the same. Of rows with several d the nearest
     * counts.
     *
     * @param rows of all studies
     */
    static List<Loss> of(Candidate c, List<Quality> rows) {
        Block block = c.block();
        List<Quality> its = rows.stream().filter(q -> applies(q, c, block)).toList();
        List<Loss> losses = new ArrayList<>();
        for (Quality q : its) {
            boolean first = losses.stream().noneMatch(l -> l.quality().comparable(q));
            if (first) {
                Quality nearest = its.stream()
                        .filter(q::comparable)
                        .min(Comparator.comparingDouble(o -> distance(o.d(), c.d())))
                        .orElseThrow();
                losses.add(new Loss(nearest, nearest.d() != c.d()));
            }
        }
        return losses;
    }

    private static double distance(int d, int other) {
        return d == other ? 0 : Math.abs(Math.log((double) d / other));
    }

    private static boolean applies(Quality q, Candidate c, Block block) {
        Optional<NamedBlock> named = NamedBlock.of(q.block());
        if (named.isEmpty()) {
            return false;
        }
        try {
            Block measured = named.get().block(block.channels(), c.d());
            return measured.equals(block) || same(measured, block) || same(block, measured);
        } catch (SpecException e) {
            // The measured block refuses C or d, so it is not this one.
            return false;
        }
    }

    /** Whether the second computes the same as the first, streaming. */
    static boolean same(Block full, Block streaming) {
        return full instanceof Pairwise p
                && p.streaming().filter(streaming::equals).isPresent();
    }
}
