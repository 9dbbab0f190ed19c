package farsight.advise;

import farsight.evidence.Quality;
import java.util.List;
import java.util.Optional;

/**
 * The answer.
 *
 * @param question what was asked
 * @param blocks every candidate once, in the order of the candidates
 * @param choices the block to take, one for each need that was measured
 * @param series of blocks that were measured with several d on one task: the rows of one block and task, by d
 */
public record Advice(Question question, List<Assessment> blocks, List<Choice> choices, List<List<Quality>> series) {

    /** Copies the lists. */
    public Advice {
        blocks = List.copyOf(blocks);
        choices = List.copyOf(choices);
        series = series.stream().map(List::copyOf).toList();
    }

    /** The blocks that fit, in order. */
    public List<Assessment> fitting() {
        return blocks.stream().filter(Assessment::fits).toList();
    }

    /** Whether the needs agree on the block to take. */
    public boolean agreed() {
        return choices.stream().map(c -> c.taken().candidate()).distinct().count() == 1;
    }

    /** The fastest block that fits, or the smallest where no time is known. */
    public Optional<Assessment> cheapest() {
        return fitting().stream().min(Choice.CHEAPEST);
    }
}
