package farsight.model;

import farsight.block.Block;
import farsight.block.Grid;
import farsight.data.DataException;
import farsight.data.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The extents of a feature tensor as files and PyTorch keep it: [B, C, H, W] on a grid, [B, C, N] for points and
 * sequences, [B, C, T, H, W] for videos.
 *
 * @param batch B, at least 1
 * @param channels C, at least 1
 * @param grid how the N positions are arranged
 */
public record FeatureShape(long batch, long channels, Grid grid) {

    /**
     * Checks the extents.
     *
     * @throws DataException when one is below 1
     */
    public FeatureShape {
        if (batch < 1 || channels < 1) {
            throw new DataException(
                    "features of B = %d and C = %d: expected each to be at least 1".formatted(batch, channels));
        }
    }

    /**
     * Reads a tensor's shape.
     *
     * @param what the tensor as messages name it, for example {@code tensor "x" in input.safetensors}
     * @param shape three to five extents of at least 1
     * @throws DataException when there are more or fewer extents, one is 0, or N exceeds a long
     */
    public static FeatureShape of(String what, long... shape) {
        if (shape.length < 3 || shape.length > 5) {
            throw new DataException("%s has shape %s; expected [batch, channels, height, width],"
                            .formatted(what, Tensor.shapeText(shape))
                    + " [batch, channels, positions] or [batch, channels, time, height, width]");
        }
        if (Arrays.stream(shape).anyMatch(extent -> extent < 1)) {
            throw new DataException(
                    "%s has shape %s; expected every extent to be at least 1".formatted(what, Tensor.shapeText(shape)));
        }
        Grid grid = new Grid(Arrays.stream(shape).skip(2).boxed().toList());
        try {
            grid.positions();
        } catch (ArithmeticException e) {
            throw new DataException(
                    "%s has shape %s, more than 2^63 - 1 positions".formatted(what, Tensor.shapeText(shape)), e);
        }
        return new FeatureShape(shape[0], shape[1], grid);
    }

    /**
     * Checks that a block takes features of this shape.
     *
     * @param what names the tensor in messages
     * @return this
     * @throws DataException when the channels differ, with both numbers, or the block does not accept the grid
     */
    public FeatureShape check(String what, Block block) {
        if (channels != block.channels()) {
            throw new DataException("%s has shape %s, so %d channels; the %s spec expects %d channels"
                    .formatted(what, this, channels, block.kind(), block.channels()));
        }
        if (!block.grids().contains(grid.kind())) {
            throw new DataException("%s has shape %s; %s".formatted(what, this, block.expectedFeatures()));
        }
        return this;
    }

    /** N: H·W for a grid, T·H·W for a video. */
    public long positions() {
        return grid.positions();
    }

    /** All extents, outermost first. */
    public List<Long> axes() {
        return Stream.concat(Stream.of(batch, channels), grid.extents().stream())
                .toList();
    }

    /** The extents as a new array. */
    public long[] toArray() {
        return axes().stream().mapToLong(Long::longValue).toArray();
    }

    @Override
    public String toString() {
        return axes().toString();
    }
}
