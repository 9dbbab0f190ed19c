package farsight.inspect;

import farsight.block.Grid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One affinity A [N, M] of a block: what its rows are like, and some of them.
 *
 * @param name of its files, for example {@code kernel-0}
 * @param title in a person's words
 * @param keys M
 * @param single whether there is one row for all queries
 * @param softmax whether rows are distributions: not negative, sum 1
 * @param cosine average cosine distance of the rows
 * @param divergence average Jensen-Shannon divergence of the rows; null where they are no distributions
 * @param spectrum of A; null where it was not worked out: every row is the same, or the notes say why
 * @param lie how the keys lie: on the pooled grid where keys are pooled
 * @param rows the rows of the queries, each with a value a key; one where there is one row for all queries
 * @param maps the same with a value a position, that of the key it was pooled into, NaN where it is in none
 */
public record Attention(
        String name,
        String title,
        int keys,
        boolean single,
        boolean softmax,
        Distance cosine,
        @Nullable Distance divergence,
        @Nullable Spectrum spectrum,
        Grid lie,
        List<float[]> rows,
        List<float[]> maps) {

    /** Copies the lists. */
    public Attention {
        rows = List.copyOf(rows);
        maps = List.copyOf(maps);
    }
}
