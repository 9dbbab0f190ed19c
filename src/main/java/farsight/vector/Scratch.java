package farsight.vector;

import static farsight.vector.Lanes.bytes;
import static farsight.vector.TileTransposition.SIDE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A thread's own scratch arrays, kept from one operation to the next, with arbitrary contents. They grow to the needs
 * of the largest operation: {@link #heap} to 520 KB for products, and to some floats per column; {@link #totals} to 150
 * KB; {@link #segment} to 100 KB; the others to some rows.
 */
public final class Scratch {

    private enum Use {
        HEAP,
        LINES,
        SUMS,
        TOTALS
    }

    private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    private static final long ALIGNMENT = 64;

    private final Workspace<Use> floats = new Workspace<>(Use.class);
    private final float[] tile = new float[Math.max(RegisterTiles.ROWS * RegisterTiles.WIDTH, SIDE * SIDE)];
    private MemorySegment segment = MemorySegment.NULL;

    private Scratch() {}

    /** The scratch of this thread. */
    public static Scratch get() {
        return OF_THREAD.get();
    }

    /** At least this many floats on the heap, where reading vectors costs less than off the heap. */
    public float[] heap(int floats) {
        return this.floats.of(Use.HEAP, floats);
    }

    /** At least this many floats on the heap, for packed rows of a factor. */
    float[] lines(int floats) {
        return this.floats.of(Use.LINES, floats);
    }

    /** At least this many floats on the heap, for the sums of a strip of rows. */
    public float[] sums(int floats) {
        return this.floats.of(Use.SUMS, floats);
    }

    /** At least this many floats on the heap, for incomplete sums of a block of rows. */
    float[] totals(int floats) {
        return this.floats.of(Use.TOTALS, floats);
    }

    /** Workspace for one tile, of a product or a transposition. */
    public float[] tile() {
        return tile;
    }

    /** At least this many floats off the heap, in the same class of segment as the arrays. */
    public MemorySegment segment(long floats) {
        if (segment.byteSize() < bytes(floats)) {
            segment = Arena.ofAuto().allocate(bytes(floats), ALIGNMENT);
        }
        return segment;
    }
}
