package farsight.train;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How often each class was taken for each: counts of (label, prediction).
 *
 * <p>Accuracy is the share of predictions that are right. A class's intersection over union is its right predictions
 * over all that have the class as label or prediction. Both need three counts a class; the count of every pair is kept
 * only of up to {@link #MOST_PAIRED} classes, because it takes the square of their number.
 */
public final class Confusion {

    /** The most classes whose pairs are counted. */
    public static final int MOST_PAIRED = 1000;

    private final long[] right;
    private final long[] labelled;
    private final long[] predicted;
    private final long @Nullable [][] pairs;

    /** No predictions yet. */
    public Confusion(int classes) {
        right = new long[classes];
        labelled = new long[classes];
        predicted = new long[classes];
        pairs = classes <= MOST_PAIRED ? new long[classes][classes] : null;
    }

    /** Adds one prediction. */
    public void add(int label, int prediction) {
        labelled[label]++;
        predicted[prediction]++;
        if (label == prediction) {
            right[label]++;
        }
        if (pairs != null) {
            pairs[label][prediction]++;
        }
    }

    /** Number of classes. */
    public int classes() {
        return right.length;
    }

    /** Whether {@link #count} is known for every pair. */
    public boolean paired() {
        return pairs != null;
    }

    /**
     * How often this label was given this prediction.
     *
     * @throws IllegalStateException when there are too many classes to count pairs
     */
    public long count(int label, int prediction) {
        if (pairs == null) {
            throw new IllegalStateException("pairs of %d classes are not counted".formatted(classes()));
        }
        return pairs[label][prediction];
    }

    /** Right predictions of this label. */
    public long right(int label) {
        return right[label];
    }

    /** All predictions. */
    public long total() {
        return Arrays.stream(labelled).sum();
    }

    /** Predictions with this label. */
    public long labelled(int label) {
        return labelled[label];
    }

    /** The share of predictions that are right; NaN without predictions. */
    public double accuracy() {
        return (double) Arrays.stream(right).sum() / total();
    }

    /** Intersection over union of one class; NaN if it is neither a label nor a prediction. */
    public double iou(int label) {
        return (double) right[label] / (labelled[label] + predicted[label] - right[label]);
    }

    /** The mean of {@link #iou} over the classes that have one. */
    public double meanIou() {
        return IntStream.range(0, classes())
                .mapToDouble(this::iou)
                .filter(iou -> !Double.isNaN(iou))
                .average()
                .orElse(Double.NaN);
    }
}
