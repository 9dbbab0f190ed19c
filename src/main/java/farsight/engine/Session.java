package farsight.engine;

import farsight.program.Buffer;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * A program with its arrays. Closing it frees the memory.
 *
 * <p>Threads may share a session: calls run one at a time, and others wait, including {@link #close}. Callers must
 * themselves keep calls together that belong together, such as a write, a run and a read.
 *
 * <p>Every method accepts only buffers of the session's own program and throws {@link IllegalArgumentException} for
 * others, even of equal number, name and shape. After {@link #close}, and within a {@link #fill} or {@link #drain} of
 * the same thread, each throws {@link IllegalStateException}.
 */
public interface Session extends AutoCloseable {

    /**
     * Sets an input, a parameter or a state in place, without a second array.
     *
     * @param b buffer of the program
     * @param writer receives the array: float32 in native order, any content, exactly as long as the buffer. It
     *     overwrites all of it, with any number of threads, and does not keep it
     * @throws IllegalArgumentException when the buffer is not of this program
     */
    void fill(Buffer b, Consumer<MemorySegment> writer);

    /**
     * Shows a buffer in place, without a second array. After a run only inputs, parameters, states and outputs still hold their
     * numbers; after a part of a run, outputs only if that part has reached them.
     *
     * @param b buffer of the program
     * @param reader receives the array: read-only, float32 in native order, exactly as long as the buffer. It does not
     *     keep it
     * @throws IllegalArgumentException when the buffer is not of this program
     */
    void drain(Buffer b, Consumer<MemorySegment> reader);

    /**
     * Sets an input, a parameter or a state.
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
     * @param into exactly as long as the buffer, native order
     * @throws IllegalArgumentException when it is longer or shorter, or the buffer is not of this program
     */
    default void read(Buffer b, MemorySegment into) {
        drain(b, array -> {
            checkSize(b, into);
            MemorySegment.copy(array, 0, into, 0, into.byteSize());
        });
    }

    /**
     * Runs every step once, in order. On a device the first run also compiles; only the first run reports more than the
     * wall time.
     */
    Timing run();

    /**
     * Runs one part of the program. Parts run in order; part 0 begins a new run. Between parts, inputs that only later
     * parts read may be set, and outputs of earlier parts may be read.
     *
     * @param part 0 … {@link farsight.program.Program#parts} − 1
     * @throws IllegalStateException when the previous part was not the last to run
     */
    Timing run(int part);

    /**
     * As {@link #run()}, with the device's times of kernels and copies. Its wall time is longer than that of
     * {@link #run()}, because the host waits after each kernel.
     */
    default Timing profile() {
        return run();
    }

    /** Bytes of the allocated arrays, including headers where the device has them: measured, not predicted. */
    long bytes();

    /** Frees the memory after the current call. A second close does nothing. */
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
