package farsight.train;

import farsight.data.DataException;
import farsight.data.Tensor;
import farsight.network.Extents;
import farsight.network.Loss;
import farsight.network.Network;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Samples with their labels.
 *
 * @param x [B, C, H, W], [B, C, N] or [B, C]
 * @param label class numbers [B], [B, N] or [B, H, W]; for a squared error the targets, in the shape of the logits
 */
public record Batch(Tensor x, Tensor label) {

    /** B. */
    public long size() {
        return x.shape().length == 0 ? 0 : x.shape()[0];
    }

    /**
     * Extents of one sample.
     *
     * @param in where the tensor is, for messages
     * @throws DataException when x has too few or too many axes, or one is 0
     */
    static Extents sample(String in, long... x) {
        if (x.length < 2 || x.length > 4 || Arrays.stream(x).anyMatch(e -> e < 1)) {
            throw new DataException("tensor \"x\"%s has shape %s; expected [batch, channels, height, width],"
                            .formatted(in, Tensor.shapeText(x))
                    + " [batch, channels, positions] or [batch, channels], each at least 1");
        }
        return Extents.of(Arrays.stream(x).skip(1).boxed().toList());
    }

    /**
     * Checks the shapes, and that every label is a class or the ignored label.
     *
     * @param batch B
     * @throws DataException otherwise, with the label and its index
     */
    public void check(Network network, long batch) {
        check(network, batch, "");
    }

    /**
     * As above.
     *
     * @param in where the tensors are, for messages
     */
    void check(Network network, long batch, String in) {
        checkShapes(network, batch, x.shape(), label.shape(), in);
        if (network.mustHaveLoss() instanceof Loss.CrossEntropy loss) {
            checkClasses(loss, network.output().channels(), in);
        }
    }

    /**
     * Checks the shapes of a batch.
     *
     * @param batch B
     * @param in where the tensors are, for messages
     * @throws DataException when they do not fit the network
     */
    static void checkShapes(Network network, long batch, long[] x, long[] label, String in) {
        long[] samples = network.input().fileShape(batch);
        if (!Arrays.equals(x, samples)) {
            throw new DataException("tensor \"x\"%s has shape %s, expected %s"
                    .formatted(in, Tensor.shapeText(x), Tensor.shapeText(samples)));
        }
        long[] results = network.output().fileShape(batch);
        long[] expected = results;
        if (network.mustHaveLoss() instanceof Loss.CrossEntropy) {
            expected = new long[results.length - 1];
            expected[0] = batch;
            System.arraycopy(results, 2, expected, 1, results.length - 2);
        }
        if (!Arrays.equals(label, expected)) {
            throw new DataException("tensor \"label\"%s has shape %s, expected %s, one per result of the network"
                    .formatted(in, Tensor.shapeText(label), Tensor.shapeText(expected)));
        }
    }

    /**
     * Checks all that would make the loss no number with any weights.
     *
     * @param in where the tensors are, for messages
     * @throws DataException when the shapes or labels do not fit, a number is not finite, or no label counts
     */
    public void checkLearnable(Network network, String in) {
        check(network, size(), in);
        checkFinite("x", x, in);
        switch (network.mustHaveLoss()) {
            case Loss.CrossEntropy loss -> checkCounted(loss, in);
            case Loss.SquaredError _ -> checkFinite("label", label, in);
        }
    }

    /**
     * Checks that the loss is a mean of something.
     *
     * @param in where the tensors are, for messages
     * @throws DataException when no label counts
     */
    public void checkCounted(Network network, String in) {
        if (network.mustHaveLoss() instanceof Loss.CrossEntropy loss) {
            checkCounted(loss, in);
        }
    }

    private static void checkFinite(String name, Tensor tensor, String in) {
        long broken = tensor.nonFinite();
        if (broken > 0) {
            long first = LongStream.range(0, tensor.elements())
                    .filter(i -> !Float.isFinite(tensor.get(i)))
                    .findFirst()
                    .orElseThrow();
            throw new DataException(
                    "tensor \"%s\"%s holds %,d of %,d values that are NaN or infinite, the first at index %d"
                            .formatted(name, in, broken, tensor.elements(), first));
        }
    }

    private void checkCounted(Loss.CrossEntropy loss, String in) {
        List<Double> weights = loss.classWeights();
        boolean any = false;
        for (long i = 0; i < label.elements(); i++) {
            float y = label.get(i);
            boolean ignored = loss.ignores(y);
            if (!ignored && (weights.isEmpty() || weights.get((int) y) > 0)) {
                return;
            }
            any |= !ignored;
        }
        throw new DataException("tensor \"label\"%s: %s, so the loss is a mean of nothing"
                .formatted(
                        in,
                        any
                                ? "every label is ignored or of a class with weight 0 in \"class_weights\""
                                : "every label is the ignored " + loss.ignored().orElse(0)));
    }

    private void checkClasses(Loss.CrossEntropy loss, long classes, String in) {
        for (long i = 0; i < label.elements(); i++) {
            float y = label.get(i);
            boolean ignored = loss.ignores(y);
            if (!ignored && (y != Math.rint(y) || y < 0 || y >= classes)) {
                throw new DataException("tensor \"label\"%s holds %s at index %d, expected a class from 0 to %d%s"
                        .formatted(
                                in,
                                y == Math.rint(y) ? String.valueOf((long) y) : String.valueOf(y),
                                i,
                                classes - 1,
                                loss.ignored().isPresent()
                                        ? " or " + loss.ignored().getAsInt()
                                        : ""));
            }
        }
    }
}
