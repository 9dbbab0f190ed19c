package farsight.network;

import farsight.block.Grid;
import farsight.block.spec.SpecException;
import farsight.program.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The extents of one sample between two layers: [C, H, W] on a grid, [C, N] for points and sequences, [C] after {@code
 * flatten}. Buffers hold it as [B, N, C]; N is 1 for a vector.
 *
 * @param channels C
 * @param grid how the N positions are arranged; null for a vector
 */
public record Extents(long channels, @Nullable Grid grid) {

    /** A vector of C numbers. */
    public static Extents vector(long channels) {
        return new Extents(channels, null);
    }

    /**
     * Extents as a spec lists them: [C], [C, N] or [C, H, W].
     *
     * @throws IllegalArgumentException when there are others
     */
    public static Extents of(List<Long> extents) {
        return new Extents(
                extents.getFirst(), extents.size() == 1 ? null : new Grid(extents.subList(1, extents.size())));
    }

    /** N. */
    public long positions() {
        return grid == null ? 1 : grid.positions();
    }

    /** The same positions with other channels. */
    public Extents withChannels(long other) {
        return new Extents(other, grid);
    }

    /** The same channels at other positions. */
    public Extents withGrid(Grid other) {
        return new Extents(channels, other);
    }

    /** All extents, as a spec lists them. */
    public List<Long> extents() {
        List<Long> all = new ArrayList<>(List.of(channels));
        if (grid != null) {
            all.addAll(grid.extents());
        }
        return all;
    }

    /** The extents of B samples in PyTorch's order, [B, C, …]. */
    public long[] fileShape(long batch) {
        List<Long> all = extents();
        long[] shape = new long[all.size() + 1];
        shape[0] = batch;
        for (int i = 0; i < all.size(); i++) {
            shape[i + 1] = all.get(i);
        }
        return shape;
    }

    /**
     * The buffer of B samples, [B, N, C].
     *
     * @throws SpecException when they are more than 2^61 numbers, which no array holds
     */
    public Shape shape(long batch) {
        try {
            long numbers = Math.multiplyExact(Math.multiplyExact(batch, positions()), channels);
            Math.multiplyExact(numbers, Float.BYTES);
        } catch (ArithmeticException e) {
            throw new SpecException("%,d samples of %s are more than 2^63 bytes".formatted(batch, this));
        }
        return new Shape(batch, positions(), channels);
    }

    @Override
    public String toString() {
        return extents().toString();
    }
}
