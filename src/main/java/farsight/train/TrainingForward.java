package farsight.train;

import farsight.engine.Session;
import farsight.network.Loss;
import farsight.network.Network;
import farsight.network.NetworkProgram;
import farsight.program.Buffer;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.tape.Scored;
import org.jspecify.annotations.Nullable;

/**
 * A network in training mode with its loss.
 *
 * @param recorded the network
 * @param labels [B, N, 1], or the targets of a squared error
 * @param classWeights [1, 1, K]; null if all are 1
 * @param loss [1, 1, 1]
 * @param totals of a cross-entropy; null for a squared error
 * @param steps how many steps the forward pass with the loss has
 */
record TrainingForward(
        NetworkProgram recorded,
        Buffer labels,
        @Nullable Buffer classWeights,
        Buffer loss,
        @Nullable Buffer totals,
        int steps) {

    /** Bits of the whole numbers that float32 holds. */
    private static final int WHOLE = 24;

    private static final long MASK = (1L << WHOLE) - 1;

    /** Records the forward pass and the loss. */
    static TrainingForward record(Network network, String name, long batch, NetworkProgram.Mode mode) {
        NetworkProgram recorded = new NetworkProgram(network, name, batch, mode);
        Shape logits = recorded.logits().shape();
        Loss wanted = network.mustHaveLoss();
        Buffer labels = recorded.tape().given("label", wanted.labels(logits), Role.INPUT);
        return switch (wanted) {
            case Loss.CrossEntropy classes -> {
                classes.check(logits.cols());
                Buffer weights = classes.classWeights().isEmpty()
                        ? null
                        : recorded.tape().given("classWeights", Shape.vector(logits.cols()), Role.PARAMETER);
                yield recorded.owned("#loss", () -> {
                    Scored scored = recorded.tape()
                            .losses()
                            .crossEntropy(recorded.logits(), labels, weights, classes.ignored());
                    return of(recorded, labels, weights, scored.loss(), scored.totals());
                });
            }
            case Loss.SquaredError _ ->
                recorded.owned(
                        "#loss",
                        () -> of(
                                recorded,
                                labels,
                                null,
                                recorded.tape().losses().squaredError(recorded.logits(), labels),
                                null));
        };
    }

    private static TrainingForward of(
            NetworkProgram recorded,
            Buffer labels,
            @Nullable Buffer classWeights,
            Buffer loss,
            @Nullable Buffer totals) {
        return new TrainingForward(
                recorded,
                labels,
                classWeights,
                loss,
                totals,
                recorded.builder().steps().size());
    }

    /** Writes the samples and their labels, whose shapes were checked. */
    void write(Session session, Batch batch) {
        StateArrays.fill(session, recorded.x(), batch.x());
        if (recorded.network().mustHaveLoss() instanceof Loss.CrossEntropy) {
            session.write(labels, batch.label().values());
        } else {
            StateArrays.fill(session, labels, batch.label());
        }
    }

    /** Writes the weights of the classes, if there are any. */
    void writeClassWeights(Session session) {
        if (classWeights != null && recorded.network().mustHaveLoss() instanceof Loss.CrossEntropy classes) {
            session.write(classWeights, Rules.floats(classes.classWeights()));
        }
    }

    /** Writes what dropout draws from. */
    void writeSeed(Session session, long seed, long step) {
        Buffer drawn = recorded.seed();
        if (drawn != null) {
            session.write(drawn, drawnFrom(seed, step >>> WHOLE), (float) (step & MASK));
        }
    }

    /**
     * The seed as a float, which holds whole numbers up to 2^24: all bits count, and a seed below that stands for
     * itself.
     *
     * @param turn how often the step has run through 2^24
     */
    static float drawnFrom(long seed, long turn) {
        long all = seed + turn * 0x9e3779b97f4a7c15L;
        if (all >>> WHOLE != 0) {
            // The finalizer of SplitMix64.
            all = (all ^ all >>> 30) * 0xbf58476d1ce4e5b9L;
            all = (all ^ all >>> 27) * 0x94d049bb133111ebL;
            all = (all ^ all >>> 31) & MASK;
        }
        return (float) all;
    }

    /** The share of the counted labels that have the largest logit; NaN for a squared error. */
    double accuracy(Session session) {
        if (totals == null) {
            return Double.NaN;
        }
        float[] sums = session.read(totals);
        return (double) sums[Scored.CORRECT] / sums[Scored.COUNTED];
    }
}
