package farsight.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;

/**
 * Room that a thread keeps for streaming attention: panels of the operands for a block of rows and of keys, and the
 * block's weights. It grows to what the largest operation needed, some hundred kilobytes whatever N is.
 */
final class StreamingRoom {

    /** What a float array of the room is for. */
    enum Panels {
        /** The block's logits are made from these. */
        LOGIT,
        /** The gradients of the weights are made from these. */
        SLOPE,
        /** Summed with the weights. */
        FIRST,
        /** Summed with the weights. */
        SECOND,
        /** Summed with the weights. */
        THIRD
    }

    private static final ThreadLocal<StreamingRoom> OF_THREAD = ThreadLocal.withInitial(StreamingRoom::new);

    private static final long ALIGNMENT = 64;

    private final Map<Panels, float[]> panels = new EnumMap<>(Panels.class);
    private final float[] tile = new float[Tiles.ROWS * Tiles.WIDTH];
    private final float[] secondTile = new float[Tiles.ROWS * Tiles.WIDTH];
    private MemorySegment segment = MemorySegment.NULL;

    private StreamingRoom() {}

    static StreamingRoom get() {
        return OF_THREAD.get();
    }

    /** Packs a factor's stretch for {@link Tiles}, as {@link Packing#panels} does. */
    float[] pack(Panels which, Factor factor, long at, int columns, int length) {
        int floats = Packing.vectors(columns) * Lanes.COUNT * length;
        float[] packed = panels.get(which);
        if (packed == null || packed.length < floats) {
            packed = new float[floats];
            panels.put(which, packed);
        }
        Packing.panels(factor, at, columns, length, packed);
        return packed;
    }

    /** Room for one tile of a product. */
    float[] tile() {
        return tile;
    }

    /** Room for another. */
    float[] secondTile() {
        return secondTile;
    }

    /** At least so many floats off the heap, of any content. */
    MemorySegment segment(long floats) {
        if (segment.byteSize() < floats * Float.BYTES) {
            segment = Arena.ofAuto().allocate(floats * Float.BYTES, ALIGNMENT);
        }
        return segment;
    }
}
