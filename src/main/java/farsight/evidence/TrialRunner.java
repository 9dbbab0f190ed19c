package farsight.evidence;

import farsight.block.Block;
import farsight.block.Parameterized;
import farsight.data.Tensor;
import farsight.engine.Engine;
import farsight.engine.RefusedException;
import farsight.inspect.Attention;
import farsight.inspect.Inspection;
import farsight.inspect.Inspector;
import farsight.inspect.Queries;
import farsight.inspect.Spectrum;
import farsight.model.FeatureSource;
import farsight.model.Model;
import farsight.model.Origin;
import farsight.model.Weights;
import farsight.network.BlockLayer;
import farsight.network.Layer;
import farsight.network.Network;
import farsight.network.Sequence;
import farsight.train.BatchSource;
import farsight.train.DivergedException;
import farsight.train.Evaluation;
import farsight.train.LayerCosts;
import farsight.train.OpenNetwork;
import farsight.train.Trainer;
import farsight.train.TrainingState;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** Trains the networks of a study, and measures them. */
final class TrialRunner {

    private static final double SHARE = 0.9;
    private static final int INSPECTED = 4;

    /** The time after which a warm-up or a measurement makes no more steps, once it has made the least. */
    private static final long WARM_UP_NANOS = 700_000_000L;

    private static final long MEASURED_NANOS = 1_500_000_000L;
    private static final int LEAST = 5;
    private static final int MOST = 200;

    private final Study study;

    TrialRunner(Study study) {
        this.study = study;
    }

    /**
     * Trains for a moment, so that the JVM has compiled every loop of a study before the first measurement.
     *
     * @throws RefusedException when no step fits the engine or the setting's memory
     */
    void warmUp(Study.Pair pair, Engine engine) {
        Network network = pair.network();
        int batch = batch(pair, network, engine);
        try (Trainer trainer = open(network, batch, pair, engine)) {
            steps(trainer, pair.setting().task().training(1, batch), WARM_UP_NANOS);
        }
    }

    /**
     * Measures a step, and decides the batch and the steps of a pair.
     *
     * @throws RefusedException when no step fits the engine or the setting's memory
     */
    TrialCost cost(Study.Pair pair, Engine engine) {
        Setting setting = pair.setting();
        Network network = pair.network();
        int batch = batch(pair, network, engine);
        try (Trainer trainer = open(network, batch, pair, engine)) {
            BatchSource source = setting.task().training(1, batch);
            steps(trainer, source, WARM_UP_NANOS);
            long[] sorted = steps(trainer, source, MEASURED_NANOS);
            Arrays.sort(sorted);
            long median = sorted[sorted.length / 2];
            long steps = setting.seconds().isPresent()
                    ? Math.clamp(Math.round(setting.seconds().getAsDouble() * 1e9 / median), 1, setting.steps())
                    : setting.steps();
            return new TrialCost(network.parameterCount(), batch, steps, trainer.bytes(), median, sorted[0]);
        }
    }

    private static Trainer open(Network network, int batch, Study.Pair pair, Engine engine) {
        return Trainer.open(
                network,
                Weights.initial(network, 1),
                engine,
                batch,
                pair.setting().steps());
    }

    /** Each step's time. */
    private static long[] steps(Trainer trainer, BatchSource source, long nanos) {
        long[] each = new long[MOST];
        int done = 0;
        long began = System.nanoTime();
        while (done < MOST && (done < LEAST || System.nanoTime() - began < nanos)) {
            each[done++] = trainer.step(source.batch(trainer.step())).nanos();
        }
        return Arrays.copyOf(each, done);
    }

    /** The setting's batch, or the largest whose step fits the setting's memory. */
    private static int batch(Study.Pair pair, Network network, Engine engine) {
        Setting setting = pair.setting();
        if (setting.memory().isEmpty()) {
            return setting.batch();
        }
        long memory = setting.memory().getAsLong();
        int fits = 0;
        int large = setting.batch() + 1;
        while (large - fits > 1) {
            int batch = (fits + large) >>> 1;
            long bytes = engine.predictedBytes(
                    Objects.requireNonNull(LayerCosts.of(network, batch).step()));
            if (bytes <= memory) {
                fits = batch;
            } else {
                large = batch;
            }
        }
        if (fits == 0) {
            throw new RefusedException("setting \"%s\", variant \"%s\": a step of one sample takes more than %,d bytes"
                    .formatted(setting.label(), pair.variant().label(), memory));
        }
        return fits;
    }

    /** Trains a network and evaluates it. */
    TrialResult run(Study.Trial trial, TrialCost cost, Engine engine) {
        Setting setting = trial.pair().setting();
        Network network = trial.pair().network();
        TrainingState initial = TrainingState.initial(Weights.initial(network, trial.seed()), trial.seed());
        BatchSource training = setting.task().training(trial.seed(), Math.toIntExact(cost.batch()));
        try (Trainer trainer = Trainer.open(network, initial, engine, cost.batch(), cost.steps(), Model.UNLIMITED)) {
            trainer.run(training, cost.steps(), _ -> {});
            return new TrialResult(TrialResult.Status.OK, figures(setting, network, trainer.weights(), engine));
        } catch (DivergedException _) {
            return new TrialResult(TrialResult.Status.DIVERGED, Map.of());
        }
    }

    private Map<Metric, Double> figures(Setting setting, Network network, Weights weights, Engine engine) {
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        BatchSource heldOut = setting.task().heldOut(setting.batch());
        try (OpenNetwork open = OpenNetwork.open(network, weights, engine, setting.batch(), Model.UNLIMITED)) {
            Evaluation found = open.predict(heldOut, heldOut, study.heldOut()).evaluation();
            figures.put(Metric.LOSS, found.loss());
            figures.put(Metric.ACCURACY, found.accuracy());
            figures.put(Metric.MEAN_IOU, found.meanIou());
        }
        if (study.inspected()) {
            inspect(setting, network, weights, engine, figures);
        }
        return figures;
    }

    /** Adds the attention's figures of the first block among the network's own layers, if it has one with attention. */
    private static void inspect(
            Setting setting, Network network, Weights weights, Engine engine, Map<Metric, Double> figures) {
        List<Layer> layers = network.layers().layers();
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i) instanceof BlockLayer layer) {
                Network before = new Network(
                        network.input(), new Sequence(layers.subList(0, i)), Optional.empty(), Optional.empty());
                Tensor x;
                Weights first = some(before, weights, "");
                try (OpenNetwork open = OpenNetwork.open(before, first, engine, INSPECTED, Model.UNLIMITED)) {
                    x = open.apply(setting.task().heldOut(INSPECTED).batch(0).x());
                }
                inspect(layer.block(), some(layer.block(), weights, layer.name() + "."), x, engine, figures);
                return;
            }
        }
    }

    private static Weights some(Parameterized owner, Weights of, String prefix) {
        Set<String> names = new HashSet<>();
        owner.parameters().forEach(p -> names.add(p.name()));
        owner.statistics().forEach(s -> names.add(s.name()));
        SequencedMap<String, Tensor> some = new LinkedHashMap<>();
        of.all().forEach((name, tensor) -> {
            if (name.startsWith(prefix) && names.contains(name.substring(prefix.length()))) {
                some.put(name.substring(prefix.length()), tensor);
            }
        });
        return Weights.of(owner, some);
    }

    /** Means over some samples. */
    private static void inspect(Block block, Weights weights, Tensor x, Engine engine, Map<Metric, Double> figures) {
        for (int image = 0; image < INSPECTED; image++) {
            Inspection found = Inspector.inspect(
                    new Model(block, weights),
                    engine,
                    "the block's features",
                    new Origin.Numbers(),
                    FeatureSource.of("features", x),
                    new Inspector.Settings(Queries.spread(1), List.of(), image, Model.UNLIMITED, image));
            add(figures, Metric.COS_INPUT, found.input().value());
            add(figures, Metric.COS_OUTPUT, found.output().value());
            if (!found.attentions().isEmpty()) {
                Attention whole = found.attentions().getLast();
                add(figures, Metric.COS_ATTENTION, whole.cosine().value());
                if (whole.divergence() != null) {
                    add(figures, Metric.JSD_ATTENTION, whole.divergence().value());
                }
                Spectrum spectrum = whole.spectrum();
                if (spectrum != null) {
                    add(figures, Metric.RANK_90, spectrum.rankFor(SHARE));
                }
            }
        }
    }

    private static void add(Map<Metric, Double> figures, Metric metric, double value) {
        figures.merge(metric, value / INSPECTED, Double::sum);
    }
}
