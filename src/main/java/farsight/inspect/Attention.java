package farsight.inspect;

import farsight.block.Grid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One affinity A [N, M] of a block: statistics of its rows, and some rows.
 *
 * @param name of its files, for example {@code kernel-0}
 * @param title for people
 * @param label in tables and legends with other affinities of the same block, for example {@code kernel 0}
 * @param keys M
 * @param single whether there is one row for all queries
 * @param softmax whether rows are distributions: not negative, sum 1
 * @param cosine average cosine distance of the rows
 * @param divergence average Jensen-Shannon divergence of the rows; null where they are no distributions
 * @param spectrum of A; null where all rows are equal, or where the notes say why it was not computed
 * @param lie grid of the keys: the pooled grid where keys are pooled
 * @param rows the queries' rows, each with one value per key; one row where it serves all queries
 * @param maps the same with one value per position: the value of the key into which it was pooled, NaN where there is
 *     none
 */
public record Attention(
        String name,
        String title,
        String label,
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
