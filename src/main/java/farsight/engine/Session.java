package farsight.engine;

import farsight.program.Buffer;
import java.lang.foreign.MemorySegment;

/** A program with its arrays. Used by one thread. Closing it gives the memory back. */
public interface Session extends AutoCloseable {

    /**
     * Sets an input or a parameter.
     *
     * @param b buffer of the program
     * @param values float32 in native order, exactly as many as the buffer has
     * @throws IllegalArgumentException when there are more or fewer
     */
    void write(Buffer b, MemorySegment values);

    /**
     * Copies a buffer out. After a run only inputs, parameters and outputs still hold their numbers.
     *
     * @param into room for exactly the buffer's floats, native order
     */
    void read(Buffer b, MemorySegment into);

    /**
     * Runs every step once, in order, to the end. On a device the first run also compiles; it alone tells more than
     * the wall time.
     */
    Timing run();

    /**
     * The same, with the device's own account of kernels and copies. Its wall time is longer than that of {@link
     * #run}: the device is waited for after each kernel.
     */
    default Timing profile() {
        return run();
    }

    /** Bytes of the arrays that were allocated, headers included where the device has them: counted, not planned. */
    long bytes();

    @Override
    void close();

    /** Sets a buffer from an array on the heap. */
    default void write(Buffer b, float... values) {
        write(b, MemorySegment.ofArray(values));
    }

    /** Copies a buffer to an array on the heap. */
    default float[] read(Buffer b) {
        float[] values = new float[Math.toIntExact(b.elements())];
        read(b, MemorySegment.ofArray(values));
        return values;
    }
}
