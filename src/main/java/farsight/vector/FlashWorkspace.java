package farsight.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.IntUnaryOperator;

/**
 * Room that a thread keeps for streaming attention: panels of the operands for a block of rows and of keys, and the
 * block's weights. It grows to what the largest operation needed: at most 1.5 MB for up to 512 channels, whatever N is,
 * and beyond that in proportion to the channels.
 */
final class FlashWorkspace {

    /** What a float array of the room is for. */
    enum Panels {
        /** Columns of k, or in the backward pass of q: the second factor of the logits. */
        LOGIT,
        /** Columns of dy: the second factor of the weights' gradients. */
        SLOPE,
        /** v, or in the backward pass dy: the weights' factor in y, or dv. */
        VALUE,
        /** q: of the rows of a block, or in the backward pass the slopes' factor in dk. */
        QUERY,
        /** q of a strip, in the forward pass. */
        STRIP,
        /** k: the slopes' factor in dq. */
        KEY,
        /** The sums and bounds of the rows, in the forward pass. */
        SUMS
    }

    private static final ThreadLocal<FlashWorkspace> OF_THREAD = ThreadLocal.withInitial(FlashWorkspace::new);

    private static final long ALIGNMENT = 64;

    private final Workspace<Panels> panels = new Workspace<>(Panels.class);
    private final float[] tile = new float[RegisterTiles.ROWS * RegisterTiles.WIDTH];
    private MemorySegment segment = MemorySegment.NULL;

    private FlashWorkspace() {}

    static FlashWorkspace get() {
        return OF_THREAD.get();
    }

    /** Packs a factor's stretch for {@link RegisterTiles}, as {@link Packing#panels} does. */
    float[] pack(Panels which, Factor factor, long at, int columns, int length) {
        return pack(which, factor, at, columns, length, RegisterTiles::width);
    }

    /** The same for {@link Strips}. */
    float[] strips(Panels which, Factor factor, long at, int columns, int length) {
        return pack(which, factor, at, columns, length, Strips::width);
    }

    private float[] pack(Panels which, Factor factor, long at, int columns, int length, IntUnaryOperator widths) {
        float[] packed = floats(which, Packing.vectors(columns) * Lanes.COUNT * length);
        Packing.panels(factor, at, columns, length, widths, packed);
        return packed;
    }

    /** At least so many floats, of any content. */
    float[] floats(Panels which, int floats) {
        return panels.of(which, floats);
    }

    /** Room for one tile of a product. */
    float[] tile() {
        return tile;
    }

    /** At least so many floats off the heap, of any content. */
    MemorySegment segment(long floats) {
        if (segment.byteSize() < floats * Float.BYTES) {
            segment = Arena.ofAuto().allocate(floats * Float.BYTES, ALIGNMENT);
        }
        return segment;
    }
}
