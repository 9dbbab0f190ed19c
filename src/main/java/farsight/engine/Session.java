package farsight.engine;

import farsight.program.Buffer;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * A program with its arrays. Closing it gives the memory back.
 *
 * <p>Threads may share a session: each call has it to itself, and others wait, {@link #close} among them. What belongs
 * together, as a write, a run and a read, is for the callers to keep together.
 *
 * <p>Every method takes buffers of the session's own program only, and throws {@link IllegalArgumentException} for
 * others, of which nothing but the number may be the same; and after {@link #close} each throws {@link
 * IllegalStateException}, as it does within a {@link #fill} or {@link #drain} of the same thread.
 */
public interface Session extends AutoCloseable {

    /**
     * Sets an input or a parameter where it lies: no second array is needed.
     *
     * @param b buffer of the program
     * @param writer given the array, float32 in native order, of any content and exactly as long as the buffer; it writes
     *     all of it, by as many threads as it likes, and does not keep it
     * @throws IllegalArgumentException when the buffer is not of this program
     */
    void fill(Buffer b, Consumer<MemorySegment> writer);

    /**
     * Shows a buffer where it lies: no second array is needed. After a run only inputs, parameters and outputs still hold
     * their numbers; after a part of one, also those outputs alone that the part has reached.
     *
     * @param b buffer of the program
     * @param reader given the array, read-only, float32 in native order, exactly as long as the buffer; it does not keep it
     * @throws IllegalArgumentException when the buffer is not of this program
     */
    void drain(Buffer b, Consumer<MemorySegment> reader);

    /**
     * Sets an input or a parameter.
     *
     * @param b buffer of the program
     * @param values float32 in native order, exactly as many as the buffer has
     * @throws IllegalArgumentException when there are more or fewer, or the buffer is not of this program
     */
    default void write(Buffer b, MemorySegment values) {
        fill(b, array -> {
            checkSize(b, values);
            MemorySegment.copy(values, 0, array, 0, values.byteSize());
        });
    }

    /**
     * Copies a buffer out; see {@link #drain}.
     *
     * @param into room for exactly the buffer's floats, native order
     * @throws IllegalArgumentException when there is more or less, or the buffer is not of this program
     */
    default void read(Buffer b, MemorySegment into) {
        drain(b, array -> {
            checkSize(b, into);
            MemorySegment.copy(array, 0, into, 0, into.byteSize());
        });
    }

    /**
     * Runs every step once, in order, to the end. On a device the first run also compiles; it alone tells more than
     * the wall time.
     */
    Timing run();

    /**
     * Runs one part of the program. The parts of a run follow each other, the first begins another run; between them
     * inputs may be set that only later parts read, and outputs of earlier ones be read.
     *
     * @param part 0 … {@link farsight.program.Program#parts} − 1
     * @throws IllegalStateException when the part before it was not the last to run
     */
    Timing run(int part);

    /**
     * As {@link #run()}, with the device's own account of kernels and copies. Its wall time is longer than that of {@link
     * #run()}: the device is waited for after each kernel.
     */
    default Timing profile() {
        return run();
    }

    /** Bytes of the arrays that were allocated, headers included where the device has them: counted, not planned. */
    long bytes();

    /** Gives the memory back, once what runs is done. A second time it does nothing. */
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

    private static void checkSize(Buffer b, MemorySegment values) {
        if (values.byteSize() != b.shape().bytes()) {
            throw new IllegalArgumentException("%s %s has %,d floats, not %,d"
                    .formatted(b.name(), b.shape(), b.elements(), values.byteSize() / 4));
        }
    }
}
