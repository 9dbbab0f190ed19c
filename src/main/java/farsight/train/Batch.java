package farsight.train;

import farsight.data.DataException;
import farsight.data.SafetensorsFile;
import farsight.data.Tensor;
import farsight.network.Extents;
import farsight.network.Loss;
import farsight.network.Network;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Samples with their labels.
 *
 * @param x [B, C, H, W], [B, C, N] or [B, C]
 * @param label class numbers [B], [B, N] or [B, H, W]; for a squared error the targets, in the shape of the logits
 */
public record Batch(Tensor x, Tensor label) {

    /**
     * Reads tensors {@code x} and {@code label} of a safetensors file.
     *
     * @throws DataException when the file cannot be read or lacks one, or a label is not a whole number where the loss
     *     wants classes
     */
    public static Batch read(Path path, Network network) {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            Tensor label = network.mustHaveLoss() instanceof Loss.CrossEntropy
                    ? file.wholeNumbers("label")
                    : file.tensor("label").copy();
            return new Batch(file.tensor("x").copy(), label);
        }
    }

    /** B. */
    public long size() {
        return x.shape().length == 0 ? 0 : x.shape()[0];
    }

    /**
     * Extents of one sample.
     *
     * @throws DataException when x has too few or too many axes, or one is 0
     */
    public Extents sample() {
        long[] shape = x.shape();
        if (shape.length < 2 || shape.length > 4 || Arrays.stream(shape).anyMatch(e -> e < 1)) {
            throw new DataException("tensor \"x\" has shape %s; expected [batch, channels, height, width],"
                            .formatted(Tensor.shapeText(shape))
                    + " [batch, channels, positions] or [batch, channels], each at least 1");
        }
        return Extents.of(Arrays.stream(shape).skip(1).boxed().toList());
    }

    /**
     * Checks the shapes, and that every label is a class or the ignored label.
     *
     * @param batch B
     * @throws DataException otherwise, with the label and its index
     */
    public void check(Network network, long batch) {
        Extents in = network.input();
        if (!Arrays.equals(x.shape(), in.fileShape(batch))) {
            throw new DataException("tensor \"x\" has shape %s, expected %s"
                    .formatted(Tensor.shapeText(x.shape()), Tensor.shapeText(in.fileShape(batch))));
        }
        Extents out = network.output();
        long[] expected = out.fileShape(batch);
        if (network.mustHaveLoss() instanceof Loss.CrossEntropy loss) {
            long[] all = expected;
            expected = new long[all.length - 1];
            expected[0] = batch;
            System.arraycopy(all, 2, expected, 1, all.length - 2);
            mustBe(expected);
            checkClasses(loss, out.channels());
        } else {
            mustBe(expected);
        }
    }

    private void mustBe(long... expected) {
        if (!Arrays.equals(label.shape(), expected)) {
            throw new DataException("tensor \"label\" has shape %s, expected %s, one per result of the network"
                    .formatted(Tensor.shapeText(label.shape()), Tensor.shapeText(expected)));
        }
    }

    private void checkClasses(Loss.CrossEntropy loss, long classes) {
        for (long i = 0; i < label.elements(); i++) {
            float y = label.get(i);
            boolean ignored = loss.ignored().isPresent() && y == loss.ignored().getAsInt();
            if (!ignored && (y != Math.rint(y) || y < 0 || y >= classes)) {
                throw new DataException("tensor \"label\" holds %s at index %d, expected a class from 0 to %d%s"
                        .formatted(
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
