package farsight.inspect;

import farsight.block.AttentionFactors;
import farsight.block.Dense;
import farsight.block.Grid;
import farsight.block.Pairwise;
import farsight.engine.Engine;
import farsight.inspect.Inspector.Forward;
import farsight.model.FeatureShape;
import farsight.program.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The affinities of a block after a run: their statistics, maps, latent nodes and spectra. */
final class Affinities {

    /** Most elements of A for the exact cosine distance: a few seconds. Beyond it rows are sampled. */
    private static final long MOST_ELEMENTS = 1L << 28;

    /** Most elements S·S·M for the divergence of S rows. */
    private static final long MOST_PAIRS = 1L << 30;

    private final Forward forward;
    private final Engine engine;
    private final FeatureShape shape;
    private final int[] queries;
    private final long seed;
    private final List<String> notes;

    Affinities(Forward forward, Engine engine, FeatureShape shape, int[] queries, long seed, List<String> notes) {
        this.forward = forward;
        this.engine = engine;
        this.shape = shape;
        this.queries = queries;
        this.seed = seed;
        this.notes = notes;
    }

    /** Every affinity. */
    List<Attention> attentions() {
        return switch (forward.factors()) {
            case AttentionFactors.Pairs p -> List.of(pairs((Pairwise) forward.block(), p));
            case AttentionFactors.LatentNodes l -> latent(l);
            case AttentionFactors.CrissCross c -> crissCross(c);
            case AttentionFactors.Pool p -> List.of(pool(forward.of(p.weights())));
            case AttentionFactors.Even _ -> {
                notes.add("This block takes the mean over all positions: every weight is 1/N, for every query, so there"
                        + " is no attention to map.");
                yield List.of();
            }
            case AttentionFactors.Untold _ -> {
                notes.add("This block does not show how it weighs positions, so there is no attention to map.");
                yield List.of();
            }
        };
    }

    private Attention pairs(Pairwise block, AttentionFactors.Pairs p) {
        int width = (int) p.queries().shape().cols();
        try (AffinityRows rows =
                new PairwiseRows(block, engine, forward.of(p.queries()), forward.of(p.keys()), width)) {
            return of(
                    "attention",
                    "attention",
                    "A, the block’s affinity",
                    block.softmax(),
                    rows,
                    cosine(rows),
                    sampled(rows));
        }
    }

    private List<Attention> latent(AttentionFactors.LatentNodes l) {
        List<LatentRows> kernels = kernels(l);
        List<Attention> all = new ArrayList<>();
        for (int k = 0; k < kernels.size() && kernels.size() > 1; k++) {
            String title = "A of kernel " + k + ", " + product(l) + " through d = "
                    + kernels.get(k).latents() + " latent nodes";
            all.add(latent("kernel-" + k, "kernel " + k, title, kernels.get(k)));
        }
        LatentRows sum = kernels.size() == 1 ? kernels.getFirst() : LatentRows.sum(kernels);
        String title = kernels.size() == 1
                ? "A = " + product(l) + " through d = " + sum.latents() + " latent nodes"
                : "the sum of the %d kernels’ affinities, of d = %d together".formatted(kernels.size(), sum.latents());
        if (kernels.size() > 1) {
            notes.add("The sum of the kernels’ affinities assumes an up-projection that treats all kernels alike;"
                    + " the block mixes them on the channels.");
        }
        all.add(latent("attention", "sum of the kernels", title, sum));
        return all;
    }

    private List<Attention> crissCross(AttentionFactors.CrissCross c) {
        List<float[]> passes =
                c.passes().stream().map(p -> forward.of(p.weights())).toList();
        List<Attention> all = new ArrayList<>();
        for (int i = 0; i < passes.size() && passes.size() > 1; i++) {
            String pass = "pass " + (i + 1);
            all.add(crossed("pass-" + (i + 1), pass, "A of " + pass, c, passes.subList(i, i + 1)));
        }
        all.add(crossed(
                "attention",
                "both passes",
                passes.size() == 1 ? "A over rows and columns" : "A of both passes, one after the other",
                c,
                passes));
        return all;
    }

    private Attention crossed(
            String name, String label, String title, AttentionFactors.CrissCross c, List<float[]> passes) {
        AffinityRows rows = new CrissCrossRows(passes, c.height(), c.width());
        return of(name, label, title, true, rows, cosine(rows), sampled(rows));
    }

    private static String product(AttentionFactors.LatentNodes l) {
        return l.kernels().getFirst().latent() == null ? "Ψ·Ψᵀ" : "Ψ·F·Ψᵀ";
    }

    private Attention latent(String name, String label, String title, LatentRows rows) {
        return of(name, label, title, false, rows, rows.cosine(), spectrum(title, () -> Spectrum.of(rows)));
    }

    private Attention pool(float[] weights) {
        AffinityRows rows = new OneRow(weights, weights.length);
        notes.add("This block has one map for all queries, so its attention is query-independent by construction and"
                + " its affinity has rank 1.");
        Distance none = new Distance(0, weights.length, weights.length, 0);
        return new Attention(
                "attention",
                "a, the one map for every query",
                "attention",
                rows.keys(),
                true,
                true,
                none,
                none,
                null,
                lie(),
                List.of(weights),
                List.of(weights));
    }

    private Attention of(
            String name,
            String label,
            String title,
            boolean softmax,
            AffinityRows rows,
            Distance cosine,
            @Nullable Spectrum spectrum) {
        List<float[]> own = List.of(rows.copy(queries));
        return new Attention(
                name,
                title,
                label,
                rows.keys(),
                false,
                softmax,
                cosine,
                softmax ? divergence(rows) : null,
                spectrum,
                lie(),
                own,
                own.stream().map(this::onPositions).toList());
    }

    private Distance cosine(AffinityRows rows) {
        long most = Math.max(2, MOST_ELEMENTS / rows.keys());
        int[] which = Queries.sample(rows.queries(), most, seed);
        CosineDistance cosine = new CosineDistance(rows.keys());
        rows.visit(which, (place, values, from) -> cosine.add(values, from));
        return cosine.average(rows.queries());
    }

    private Distance divergence(AffinityRows rows) {
        long most = Math.max(2, (long) Math.sqrt((double) MOST_PAIRS / rows.keys()));
        return JensenShannon.average(rows.copy(Queries.sample(rows.queries(), most, seed)), rows.queries());
    }

    /** The spectrum, or null with a note: the affinity's other results remain. */
    private @Nullable Spectrum spectrum(String title, Supplier<Spectrum> work) {
        try {
            return work.get();
        } catch (ArithmeticException e) {
            notes.add("The singular values of %s could not be computed: %s.".formatted(title, e.getMessage()));
            return null;
        }
    }

    private @Nullable Spectrum sampled(AffinityRows rows) {
        int[] which = Queries.sample(rows.queries(), Spectrum.MOST, seed);
        // The same positions as queries and as keys, if keys are positions.
        int[] keys = Queries.sample(rows.keys(), Spectrum.MOST, seed);
        double[][] some = new double[which.length][keys.length];
        rows.visit(which, (place, values, from) -> {
            for (int j = 0; j < keys.length; j++) {
                some[place][j] = values[from + keys[j]];
            }
        });
        boolean all = which.length == rows.queries() && keys.length == rows.keys();
        return spectrum("the block’s affinity", () -> Spectrum.of(some, all));
    }

    /** The grid of the keys. */
    private Grid lie() {
        Grid grid = shape.grid();
        return pooled() ? grid.pooled() : grid;
    }

    private boolean pooled() {
        return forward.block() instanceof Pairwise p && p.poolsKeys();
    }

    /** Maps values of pooled keys to the positions from which the keys were pooled. */
    private float[] onPositions(float[] keys) {
        if (!pooled()) {
            return keys;
        }
        float[] positions = new float[Math.toIntExact(shape.positions())];
        for (int i = 0; i < positions.length; i++) {
            OptionalLong window = shape.grid().windowOf(i);
            positions[i] = window.isPresent() ? keys[(int) window.getAsLong()] : Float.NaN;
        }
        return positions;
    }

    private List<LatentRows> kernels(AttentionFactors.LatentNodes l) {
        return l.kernels().stream().map(this::kernel).toList();
    }

    private LatentRows kernel(AttentionFactors.Kernel k) {
        float[] scatter = forward.of(k.scatter());
        float[] gather = forward.of(k.gather());
        Buffer latent = k.latent();
        return latent == null
                ? LatentRows.of(scatter, gather, k.nodes())
                : LatentRows.of(scatter, forward.of(latent), gather, k.nodes());
    }

    /** Ψ of each kernel and direction. */
    List<LatentNodes> nodes() {
        if (!(forward.factors() instanceof AttentionFactors.LatentNodes l)) {
            return List.of();
        }
        List<LatentNodes> all = new ArrayList<>();
        for (int k = 0; k < l.kernels().size(); k++) {
            AttentionFactors.Kernel kernel = l.kernels().get(k);
            int d = kernel.nodes();
            String of = l.kernels().size() == 1 ? "" : " of kernel " + k;
            String number = l.kernels().size() == 1 ? "" : "-" + k;
            if (kernel.gather().equals(kernel.scatter())) {
                all.add(new LatentNodes(
                        "latent" + number, "Ψ" + of + ", both directions", d, forward.of(kernel.gather())));
            } else {
                all.add(new LatentNodes(
                        "latent-gather" + number, "Ψv" + of + ", visible to latent", d, forward.of(kernel.gather())));
                all.add(new LatentNodes(
                        "latent-scatter" + number, "Ψl" + of + ", latent to visible", d, forward.of(kernel.scatter())));
            }
        }
        return all;
    }

    /** The share of the talk's full affinities that the latent nodes can represent. */
    List<Captured> captured() {
        if (!(forward.factors() instanceof AttentionFactors.LatentNodes l)) {
            return List.of();
        }
        List<LatentRows> kernels = kernels(l);
        LatentRows own = kernels.size() == 1 ? kernels.getFirst() : LatentRows.sum(kernels);
        int[] which = Queries.sample(own.queries(), Spectrum.MOST, seed);
        int channels = forward.block().channels();
        float[] x = new float[which.length * channels];
        for (int i = 0; i < which.length; i++) {
            System.arraycopy(forward.x(), which[i] * channels, x, i * channels, channels);
        }
        if (which.length < own.queries()) {
            notes.add(String.format(
                    Locale.ROOT,
                    "The share of full affinities that the latent nodes capture was computed over %,d of %,d positions,"
                            + " drawn at random with seed %d.",
                    which.length,
                    own.queries(),
                    seed));
        }
        List<Captured> all = new ArrayList<>();
        for (Dense.Normalizer n : Dense.Normalizer.values()) {
            try (AffinityRows rows = new PairwiseRows(new Dense(channels, n), engine, x, x, channels)) {
                float[][] a = rows.copy(IntStream.range(0, which.length).toArray());
                double[][] full = new double[a.length][a.length];
                for (int i = 0; i < a.length; i++) {
                    for (int j = 0; j < a.length; j++) {
                        full[i][j] = a[i][j];
                    }
                }
                String name = n == Dense.Normalizer.COUNT ? "X·Xᵀ" : "softmax(X·Xᵀ)";
                try {
                    all.add(Captured.of(name, full, own, which));
                } catch (ArithmeticException e) {
                    notes.add("The share of %s that the latent nodes capture could not be computed: %s."
                            .formatted(name, e.getMessage()));
                }
            }
        }
        return all;
    }
}
