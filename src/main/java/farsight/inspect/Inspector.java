package farsight.inspect;

import farsight.block.AttentionFactors;
import farsight.block.Block;
import farsight.block.Pairwise;
import farsight.data.DataException;
import farsight.engine.Engine;
import farsight.engine.RefusedException;
import farsight.model.FeatureShape;
import farsight.model.FeatureSource;
import farsight.model.Model;
import farsight.model.OpenModel;
import farsight.model.Origin;
import farsight.model.Weights;
import farsight.program.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs a block once and examines its attention. */
public final class Inspector {

    private final Model model;
    private final Engine engine;
    private final Settings settings;
    private final List<String> notes = new ArrayList<>();

    private Inspector(Model model, Engine engine, Settings settings) {
        this.model = model;
        this.engine = engine;
        this.settings = settings;
    }

    /**
     * The settings of an inspection.
     *
     * @param queries whose maps to show
     * @param ranks at which to report captured energy, as far as an affinity can have them; empty for the block's own
     *     d, or 1, 4, 16, 64
     * @param image index in the batch, from 0
     * @param budgetBytes most bytes of the forward pass's arrays
     * @param seed of every random sample
     */
    public record Settings(Queries queries, List<Integer> ranks, int image, long budgetBytes, long seed) {
        /** Copies the list. */
        public Settings {
            ranks = List.copyOf(ranks);
        }
    }

    /**
     * Examines a block.
     *
     * @param what names the features in messages
     * @param origin source of the features
     * @param x the features
     * @throws DataException when x or the block's output holds NaN or infinite values, a query lies outside of the
     *     picture, or the batch has no such image
     * @throws RefusedException when the forward pass would exceed the budget or what the engine can hold, and no
     *     streaming attention computes the same in less
     */
    public static Inspection inspect(
            Model model, Engine engine, String what, Origin origin, FeatureSource x, Settings settings) {
        return new Inspector(model, engine, settings).run(what, origin, x);
    }

    private Inspection run(String what, Origin origin, FeatureSource x) {
        FeatureShape shape = x.shape();
        if (settings.image() < 0 || settings.image() >= shape.batch()) {
            throw new DataException(
                    "--image %d: %s has %d, numbered from 0".formatted(settings.image(), what, shape.batch()));
        }
        int n = floats(shape.positions() * shape.channels()) / Math.toIntExact(shape.channels());
        // Before the forward pass.
        settings.queries().check(n);
        if (shape.grid().plane()) {
            settings.queries().check(shape.grid().width(), shape.grid().height());
        }
        Forward forward = forward(what, x);
        Scene scene = Scene.of(origin, shape, forward.x());
        List<Query> queries = settings.queries().in(scene, n);
        if (scene == null) {
            notes.add("These features lie on no grid and come without positions, so there is nothing to draw maps on.");
        }
        int[] positions = queries.stream().mapToInt(Query::position).toArray();
        Affinities affinities = new Affinities(forward, engine, shape, positions, settings.seed(), notes);
        List<Attention> attentions = affinities.attentions();
        List<Captured> captured = affinities.captured();
        List<Integer> ranks = ranks(attentions, captured);
        boolean alone = !model.block().residual();
        int channels = model.block().channels();
        return new Inspection(
                model.block(),
                shape,
                settings.image(),
                scene,
                queries,
                ranks,
                new CosineDistance(channels).addAll(forward.x()).average(n),
                new CosineDistance(channels).addAll(added(forward, alone)).average(n),
                alone ? "z (the block has no residual)" : "z − x",
                attentions,
                affinities.nodes(),
                captured,
                forward.bytes(),
                forward.nanos(),
                notes);
    }

    /** The requested ranks, or the block's own, that some affinity can have; else the largest possible rank. */
    private List<Integer> ranks(List<Attention> attentions, List<Captured> captured) {
        List<Integer> wanted = wantedRanks();
        int most = Stream.concat(
                        attentions.stream().map(Attention::spectrum).filter(Objects::nonNull),
                        captured.stream().map(Captured::spectrum))
                .mapToInt(Spectrum::most)
                .max()
                .orElse(Integer.MAX_VALUE);
        List<Integer> possible = wanted.stream().filter(r -> r <= most).toList();
        if (possible.size() < wanted.size() && !settings.ranks().isEmpty()) {
            notes.add("No affinity here can have a rank above %,d, so higher ones are left out.".formatted(most));
        }
        return possible.isEmpty() ? List.of(most) : possible;
    }

    private List<Integer> wantedRanks() {
        if (!settings.ranks().isEmpty()) {
            return settings.ranks();
        }
        List<Integer> dims = model.block().latentDims();
        return dims.isEmpty()
                ? List.of(1, 4, 16, 64)
                : dims.stream().distinct().sorted().toList();
    }

    private static float[] added(Forward f, boolean alone) {
        float[] added = f.y().clone();
        for (int i = 0; i < added.length && !alone; i++) {
            added[i] -= f.x()[i];
        }
        return added;
    }

    private static int floats(long count) {
        if (count > Integer.MAX_VALUE - 8) {
            throw new DataException("%,d features of one image: expected at most %,d for an inspection"
                    .formatted(count, Integer.MAX_VALUE - 8));
        }
        return (int) count;
    }

    private Forward forward(String what, FeatureSource x) {
        try (OpenModel open = open(x.shape())) {
            open.run(x);
            long spoilt = open.nonFinite(open.program().x());
            if (spoilt > 0) {
                throw new DataException("%s holds %,d values that are NaN or infinite; no statistic is defined for them"
                        .formatted(what, spoilt));
            }
            long failed = open.nonFinite(open.program().y());
            if (failed > 0) {
                throw new DataException("the block's output for these features has %,d values that are NaN or infinite"
                        .formatted(failed));
            }
            AttentionFactors factors = Objects.requireNonNull(open.program().attention());
            Map<Buffer, float[]> numbers = new HashMap<>();
            for (Buffer b : factors.buffers()) {
                numbers.put(b, image(open, b));
            }
            return new Forward(
                    model.block(),
                    factors,
                    image(open, open.program().x()),
                    image(open, open.program().y()),
                    numbers,
                    open.bytes(),
                    open.timing().wall());
        }
    }

    /** The examined image's part of a buffer. */
    private float[] image(OpenModel open, Buffer b) {
        float[] all = open.read(b);
        int each = Math.toIntExact(b.shape().rows() * b.shape().cols());
        return all.length == each
                ? all
                : Arrays.copyOfRange(all, settings.image() * each, (settings.image() + 1) * each);
    }

    // The statistics need no N×N array, so an array that the block can do without is no reason to refuse it.
    private OpenModel open(FeatureShape shape) {
        try {
            return model.openInspected(engine, shape, settings.budgetBytes());
        } catch (RefusedException e) {
            Optional<Block> other = model.block() instanceof Pairwise p ? p.streaming() : Optional.empty();
            if (other.isPresent()) {
                Block streaming = other.get();
                Model same = new Model(
                        streaming, Weights.of(streaming, model.weights().tensors()));
                OpenModel open = same.openInspected(engine, shape, settings.budgetBytes());
                notes.add("The forward pass used streaming attention, which is exact, because full attention would"
                        + " not fit: " + e.getMessage() + ".");
                return open;
            }
            throw e;
        }
    }

    /**
     * One image's values after a forward pass.
     *
     * @param x [N, C]
     * @param y [N, C]
     * @param numbers values of the buffers by which the block weighs positions
     */
    record Forward(
            Block block,
            AttentionFactors factors,
            float[] x,
            float[] y,
            Map<Buffer, float[]> numbers,
            long bytes,
            long nanos) {

        float[] of(Buffer b) {
            return Objects.requireNonNull(numbers.get(b));
        }
    }
}
