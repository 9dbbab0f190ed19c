package farsight.evidence;

import farsight.network.BlockLayer;
import farsight.network.NetworkSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Studies' results as the rows that {@code advise} reads. */
public final class Qualities {

    private Qualities() {}

    /** A variant's figure, and the study it is from. */
    private record Found(StudyResults results, Study.Pair pair, Estimate figure) {}

    /**
     * The rows of some studies: each variant with at most one block, in each setting where all have the same steps and
     * batch, and the network without a block was trained too. Settings of several studies that are alike in task,
     * network, steps and batch count as one, under the first study's name.
     *
     * @return none of studies with one seed, which tells no interval
     */
    public static List<Quality> of(List<StudyResults> all) {
        Map<String, Map<String, Found>> settings = new LinkedHashMap<>();
        for (StudyResults r : all) {
            for (Study.Pair p : r.study().pairs()) {
                Setting s = p.setting();
                boolean alike = s.seconds().isEmpty()
                        && s.memory().isEmpty()
                        && r.study().seeds() > 1;
                if (alike && p.variant().insert().size() <= 1 && r.diverged(p) == 0) {
                    Map<String, Found> setting = settings.computeIfAbsent(key(s), _ -> new LinkedHashMap<>());
                    r.estimate(p, s.metric())
                            .ifPresent(e -> setting.putIfAbsent(
                                    String.join(" ", p.variant().insert()), new Found(r, p, e)));
                }
            }
        }
        List<Quality> rows = new ArrayList<>();
        settings.values().forEach(s -> rows(s.values(), rows));
        return rows;
    }

    private static String key(Setting s) {
        return "%s|%s|%d|%d|%s"
                .formatted(s.task().describe(), s.metric(), s.batch(), s.steps(), NetworkSpec.tree(s.network()));
    }

    private static void rows(Collection<Found> setting, List<Quality> rows) {
        Optional<Found> alone = setting.stream()
                .filter(f -> f.pair.variant().insert().isEmpty())
                .findFirst();
        if (alone.isEmpty()) {
            return;
        }
        double best = setting.stream().mapToDouble(f -> f.figure.mean()).max().orElseThrow();
        String study = setting.iterator().next().results.study().name();
        for (Found f : setting) {
            Setting s = f.pair.setting();
            rows.add(new Quality(
                    study,
                    s.task().describe(),
                    s.need(),
                    f.pair.variant().label(),
                    f.pair.variant().block().split(":", 2)[0],
                    latent(f.pair),
                    s.metric().id(),
                    f.figure.mean(),
                    f.figure.low(),
                    f.figure.high(),
                    f.figure.count(),
                    alone.get().figure.mean(),
                    best));
        }
    }

    /** The latent nodes of a variant's first block, of all its kernels together; 0 without any. */
    private static int latent(Study.Pair p) {
        return p.network().layers().layers().stream()
                .filter(BlockLayer.class::isInstance)
                .findFirst()
                .map(l -> ((BlockLayer) l).block().latentDims())
                .orElse(List.of())
                .stream()
                .mapToInt(d -> d)
                .sum();
    }
}
