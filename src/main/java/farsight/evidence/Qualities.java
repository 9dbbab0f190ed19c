package farsight.evidence;

import farsight.network.BlockLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Studies' results as the rows that {@code advise} reads. */
public final class Qualities {

    private Qualities() {}

    /**
     * The rows of some studies: each variant with one block, in each setting where steps and batch are the same for all
     * and the network without a block was trained too.
     *
     * @return none of studies with one seed, which tells no interval
     */
    public static List<Quality> of(List<StudyResults> all) {
        List<Quality> rows = new ArrayList<>();
        for (StudyResults r : all) {
            for (Setting s : r.study().settings()) {
                if (s.seconds().isEmpty() && s.memory().isEmpty() && r.study().seeds() > 1) {
                    add(rows, r, s);
                }
            }
        }
        return rows;
    }

    private static void add(List<Quality> rows, StudyResults r, Setting s) {
        List<Study.Pair> pairs = r.study().pairs().stream()
                .filter(p -> p.setting().equals(s) && p.variant().insert().size() <= 1)
                .filter(p -> r.diverged(p) == 0)
                .toList();
        Optional<Estimate> alone = pairs.stream()
                .filter(p -> p.variant().insert().isEmpty())
                .findFirst()
                .flatMap(p -> r.estimate(p, s.metric()));
        if (alone.isEmpty()) {
            return;
        }
        double best = pairs.stream()
                .flatMap(p -> r.estimate(p, s.metric()).stream())
                .mapToDouble(Estimate::mean)
                .max()
                .orElse(alone.get().mean());
        for (Study.Pair p : pairs) {
            Estimate e = r.estimate(p, s.metric()).orElseThrow();
            rows.add(new Quality(
                    r.study().name(),
                    s.task().describe(),
                    s.need(),
                    p.variant().label(),
                    p.variant().block().split(":", 2)[0],
                    latent(p),
                    s.metric().id(),
                    e.mean(),
                    e.low(),
                    e.high(),
                    e.count(),
                    alone.get().mean(),
                    best));
        }
    }

    /** The latent nodes of a variant's block, of all its kernels together; 0 without any. */
    private static int latent(Study.Pair p) {
        return p.network().layers().layers().stream()
                .filter(BlockLayer.class::isInstance)
                .flatMap(l -> ((BlockLayer) l).block().latentDims().stream())
                .mapToInt(d -> d)
                .sum();
    }
}
