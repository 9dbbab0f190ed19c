package farsight.cli.advise;

import farsight.advise.Advice;
import farsight.advise.Ranks;
import farsight.evidence.Quality;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which d: the rank of a trained affinity, and the studies' series over d. */
record LatentWords(Advice advice, Optional<TrainedOptions.Trained> trained) {

    /** Paragraphs; none if no candidate has a d. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        boolean latent = advice.blocks().stream().anyMatch(a -> a.candidate().d() > 0);
        if (!latent && trained.isEmpty()) {
            return lines;
        }
        lines.add("");
        if (trained.isPresent()) {
            ranks(trained.get(), lines);
        } else {
            lines.add("Which d: --weights and --input of a trained block, such as nonlocal or latentgnn, tell how many"
                    + " latent nodes its affinity needs.");
        }
        advice.series().forEach(series -> lines.add("  " + series(series)));
        return lines;
    }

    private static void ranks(TrainedOptions.Trained t, List<String> lines) {
        lines.add("Which d: " + t.block().kind() + " of " + t.what() + ". d latent nodes hold an affinity of rank d at"
                + " most, so each d is the least that can capture its share of the energy.");
        for (Ranks r : t.ranks()) {
            lines.add("  %s: %s (%s)"
                    .formatted(
                            r.title(),
                            Ranks.SHARES.stream()
                                    .map(share -> "%.0f %% d = %d".formatted(100 * share, r.d(share)))
                                    .collect(Collectors.joining(", ")),
                            r.spectrum().exact()
                                    ? "exact, over all %,d positions"
                                            .formatted(r.spectrum().queries())
                                    : "of %,d x %,d sampled positions; the whole may need a larger d"
                                            .formatted(
                                                    r.spectrum().queries(),
                                                    r.spectrum().keys())));
        }
        if (t.ranks().isEmpty()) {
            lines.add("  it has no affinity with more than one row to take singular values of.");
        }
        t.notes().forEach(note -> lines.add("  " + note));
    }

    private static String series(List<Quality> series) {
        Quality first = series.getFirst();
        return "%s on \"%s\": %s %s"
                .formatted(
                        first.block(),
                        first.task(),
                        first.metric(),
                        series.stream()
                                .map(q -> "%s at d = %d".formatted(AdviceWords.number(q.mean()), q.d()))
                                .collect(Collectors.joining(", ")));
    }
}
