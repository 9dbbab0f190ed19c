package farsight.train;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How often each class was taken for each: counts of (label, prediction).
 *
 * <p>Accuracy is the share of predictions that are right. A class's intersection over union is its right predictions
 * over all that have the class as label or prediction.
 */
public final class Confusion {

    private final long[][] counts;

    /** No predictions yet. */
    public Confusion(int classes) {
        counts = new long[classes][classes];
    }

    /** Adds one prediction. */
    public void add(int label, int prediction) {
        counts[label][prediction]++;
    }

    /** Number of classes. */
    public int classes() {
        return counts.length;
    }

    /** How often this label was given this prediction. */
    public long count(int label, int prediction) {
        return counts[label][prediction];
    }

    /** All predictions. */
    public long total() {
        return Arrays.stream(counts).flatMapToLong(Arrays::stream).sum();
    }

    /** Predictions with this label. */
    public long labelled(int label) {
        return Arrays.stream(counts[label]).sum();
    }

    /** The share of predictions that are right; NaN without predictions. */
    public double accuracy() {
        long right = IntStream.range(0, classes()).mapToLong(k -> counts[k][k]).sum();
        return (double) right / total();
    }

    /** Intersection over union of one class; NaN if it is neither a label nor a prediction. */
    public double iou(int label) {
        long predicted = Arrays.stream(counts).mapToLong(row -> row[label]).sum();
        return (double) counts[label][label] / (labelled(label) + predicted - counts[label][label]);
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
