package farsight.model;

import farsight.block.Block;
import farsight.block.Grid;
import farsight.data.DataException;
import farsight.data.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * The extents of a feature tensor as files and PyTorch keep it: [B, C, H, W] on a grid, [B, C, N] for
 * points.
 *
 * @param batch B, at least 1
 * @param channels C, at least 1
 * @param positions N, for a grid H·W; at least 1
 * @param axes the extents themselves, outermost first; three or four
 */
public record FeatureShape(long batch, long channels, long positions, List<Long> axes) {

    /** How the positions lie: H×W, or points when there is one axis of them. */
    public Grid grid() {
        return axes.size() == 4 ? new Grid(axes.get(2), axes.get(3)) : Grid.points(positions);
    }

    /**
     * Copies the axes.
     *
     * @throws DataException when an extent is below 1
     */
    public FeatureShape {
        axes = List.copyOf(axes);
        if (batch < 1 || channels < 1 || positions < 1) {
            throw new DataException("features of B = %d, C = %d and N = %d: expected each to be at least 1"
                    .formatted(batch, channels, positions));
        }
    }

    /**
     * Reads a tensor's shape.
     *
     * @param what the tensor as messages name it, for example {@code tensor "x" in input.safetensors}
     * @param shape three or four extents of at least 1
     * @throws DataException when there are more or fewer extents, one is 0, or H·W exceeds a long
     */
    public static FeatureShape of(String what, long... shape) {
        if (shape.length != 3 && shape.length != 4) {
            throw new DataException("%s has shape %s; expected [batch, channels, height, width] or"
                            .formatted(what, Tensor.shapeText(shape))
                    + " [batch, channels, positions]");
        }
        if (Arrays.stream(shape).anyMatch(extent -> extent < 1)) {
            throw new DataException(
                    "%s has shape %s; expected every extent to be at least 1".formatted(what, Tensor.shapeText(shape)));
        }
        List<Long> axes = Arrays.stream(shape).boxed().toList();
        try {
            long positions = shape.length == 3 ? shape[2] : Math.multiplyExact(shape[2], shape[3]);
            return new FeatureShape(shape[0], shape[1], positions, axes);
        } catch (ArithmeticException e) {
            throw new DataException(
                    "%s has shape %s, more than 2^63 - 1 positions".formatted(what, Tensor.shapeText(shape)), e);
        }
    }

    /**
     * Checks that a block takes features of this shape.
     *
     * @param what the tensor as messages name it
     * @return this
     * @throws DataException when the channels differ, with both numbers
     */
    public FeatureShape check(String what, Block block) {
        if (channels != block.channels()) {
            throw new DataException("%s has shape %s, so %d channels; the %s spec expects %d channels"
                    .formatted(what, axes, channels, block.kind(), block.channels()));
        }
        return this;
    }

    /** The extents as an array of its own. */
    public long[] toArray() {
        return axes.stream().mapToLong(Long::longValue).toArray();
    }

    @Override
    public String toString() {
        return axes.toString();
    }
}
