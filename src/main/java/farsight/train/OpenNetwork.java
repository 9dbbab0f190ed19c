package farsight.train;

import farsight.data.Tensor;
import farsight.engine.Engine;
import farsight.engine.RefusedException;
import farsight.engine.Session;
import farsight.engine.Timing;
import farsight.model.Admitted;
import farsight.model.FeatureSource;
import farsight.model.Weights;
import farsight.network.Loss;
import farsight.network.Network;
import farsight.network.NetworkProgram;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A network in evaluation mode on an engine, with its arrays, for batches of one size. Closing it frees the memory. Not
 * for use by several threads at a time.
 */
public final class OpenNetwork implements AutoCloseable {

    private final Network network;
    private final long batch;
    private final NetworkProgram recorded;
    private final Session session;
    private Timing timing = Timing.unprofiled(0);

    private OpenNetwork(NetworkProgram recorded, Session session) {
        this.recorded = recorded;
        this.session = session;
        network = recorded.network();
        batch = recorded.x().shape().batch();
    }

    /** The forward pass in evaluation mode, its logits an output. */
    public static NetworkProgram record(Network network, long batch) {
        NetworkProgram recorded = new NetworkProgram(network, "network", batch, NetworkProgram.Mode.EVALUATION);
        recorded.builder().keep(recorded.logits());
        return recorded;
    }

    /**
     * Allocates the arrays and loads the weights.
     *
     * @param batch B, at least 1
     * @param budgetBytes the most that all arrays may take; {@link farsight.model.Model#UNLIMITED} for what the engine
     *     can hold
     * @throws RefusedException when it would exceed the budget or what the engine can hold; nothing was allocated then
     */
    public static OpenNetwork open(Network network, Weights weights, Engine engine, long batch, long budgetBytes) {
        return open(admit(network, engine, batch, 0, budgetBytes), weights, engine);
    }

    /**
     * Records the forward pass, before weights are drawn or read.
     *
     * @param batch B, at least 1
     * @param besideBytes of samples that are yet to be read
     * @param budgetBytes the most that all arrays may take
     * @throws RefusedException when it would exceed the budget or what the engine can hold
     */
    public static Admitted<NetworkProgram> admit(
            Network network, Engine engine, long batch, long besideBytes, long budgetBytes) {
        return Admitted.of(
                "the %s, B = %d, forward".formatted(network.title(), batch),
                engine,
                budgetBytes,
                () -> record(network, batch),
                recorded -> recorded.builder().build(),
                _ -> besideBytes);
    }

    /**
     * Allocates the arrays and loads the weights.
     *
     * @param admitted by {@link #admit}
     * @throws RefusedException when the memory was free before and is no longer
     */
    public static OpenNetwork open(Admitted<NetworkProgram> admitted, Weights weights, Engine engine) {
        Session session = admitted.open(engine);
        OpenNetwork open = new OpenNetwork(admitted.recorded(), session);
        try {
            open.load(weights);
            return open;
        } catch (RuntimeException | Error e) {
            session.close();
            throw e;
        }
    }

    /** Replaces the weights and running statistics. */
    public void load(Weights weights) {
        StateArrays.write(session, recorded.parameters(), recorded.statistics(), weights);
    }

    /**
     * The logits.
     *
     * @param x [B, C, H, W], [B, C, N] or [B, C]
     * @return [B, K], [B, K, N] or [B, K, H, W]
     */
    public Tensor apply(Tensor x) {
        StateArrays.fill(session, recorded.x(), x);
        return logits();
    }

    /** The logits of features on a grid. */
    public Tensor apply(FeatureSource x) {
        session.fill(recorded.x(), x::fill);
        return logits();
    }

    private Tensor logits() {
        timing = session.run();
        return StateArrays.features(session, recorded.logits(), network.output().fileShape(batch));
    }

    /**
     * Evaluates held-out batches, or where there are none the first training batch; keeps the results of the first.
     *
     * @param heldOut batches that were never trained on; null for none
     * @param heldOutBatches how many, at least 1
     * @throws farsight.data.DataException when one does not fit the network
     */
    public Predictions predict(BatchSource training, @Nullable BatchSource heldOut, long heldOutBatches) {
        BatchSource source = heldOut == null ? training : heldOut;
        long batches = heldOut == null ? 1 : heldOutBatches;
        Tally tally = new Tally();
        Batch first = source.batch(0);
        Tensor logits = tally.add(first);
        for (long i = 1; i < batches; i++) {
            tally.add(source.batch(i));
        }
        return new Predictions(network, tally.evaluation(), heldOut != null, first, logits);
    }

    /** Times of the last run. */
    public Timing timing() {
        return timing;
    }

    /** Bytes of the arrays, measured. */
    public long bytes() {
        return session.bytes();
    }

    @Override
    public void close() {
        session.close();
    }

    /** Adds up batches' losses and predictions. */
    private final class Tally {
        private final Optional<Confusion> confusion;
        private final Loss loss = network.mustHaveLoss();
        private double sum;
        private double weight;
        private long samples;

        /** Nothing yet. */
        Tally() {
            confusion = loss instanceof Loss.CrossEntropy
                    ? Optional.of(new Confusion(Math.toIntExact(network.output().channels())))
                    : Optional.empty();
        }

        /**
         * Applies the network to a batch.
         *
         * @return the logits
         */
        Tensor add(Batch given) {
            given.check(network, batch);
            Tensor logits = apply(given.x());
            samples += batch;
            if (loss instanceof Loss.CrossEntropy classes) {
                addClasses(classes, logits, given.label());
            } else {
                for (long i = 0; i < logits.elements(); i++) {
                    double d = (double) logits.get(i) - given.label().get(i);
                    sum += d * d;
                }
                weight += logits.elements();
            }
            return logits;
        }

        private void addClasses(Loss.CrossEntropy classes, Tensor logits, Tensor labels) {
            long positions = network.output().positions();
            int k = Math.toIntExact(network.output().channels());
            for (long i = 0; i < labels.elements(); i++) {
                int label = (int) labels.get(i);
                if (classes.ignores(label)) {
                    continue;
                }
                long first = i / positions * k * positions + i % positions;
                Objects.requireNonNull(confusion.orElse(null)).add(label, largest(logits, first, positions, k));
                double w = classes.classWeights().isEmpty()
                        ? 1
                        : classes.classWeights().get(label);
                sum += w * (logSumExp(logits, first, positions, k) - logits.get(first + label * positions));
                weight += w;
            }
        }

        /** What was found so far. */
        Evaluation evaluation() {
            return new Evaluation(samples, sum / weight, confusion);
        }
    }

    /** The class with the largest logit, the first of equals. */
    static int largest(Tensor logits, long first, long stride, int classes) {
        int best = 0;
        for (int k = 1; k < classes; k++) {
            if (logits.get(first + k * stride) > logits.get(first + best * stride)) {
                best = k;
            }
        }
        return best;
    }

    private static double logSumExp(Tensor logits, long first, long stride, int classes) {
        double most = logits.get(first + largest(logits, first, stride, classes) * stride);
        double sum = 0;
        for (int k = 0; k < classes; k++) {
            sum += Math.exp(logits.get(first + k * stride) - most);
        }
        return most + Math.log(sum);
    }
}
