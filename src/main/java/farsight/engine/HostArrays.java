package farsight.engine;

import farsight.op.Storage;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * The arrays of a plan in this machine's memory. The garbage collector frees TornadoVM's arrays once they are
 * unreachable. {@link #close} drops them and, when they were large, asks for a collection at once, so that their memory
 * is freed promptly.
 */
public final class HostArrays implements Storage, AutoCloseable {

    /** The source of {@link #mostArrayBytes}, for messages. */
    static final String ARRAY_LIMIT = "the limit of this TornadoVM API; an SDK's API allows more";

    private static final long WORTH_A_COLLECTION = 64L << 20;

    /** Bytes of sessions closed since the last requested collection. */
    private static final AtomicLong LET_GO = new AtomicLong();

    private final MemoryPlan plan;
    private FloatArray[] arrays;

    /**
     * Allocates one array per slot.
     *
     * @param shared whether a device will also hold a copy of each array in this machine's memory
     * @throws RefusedException when the machine does not have the memory free now for the arrays, the copies and the
     *     rest of the process
     */
    public HostArrays(MemoryPlan plan, boolean shared) {
        this.plan = plan;
        // One thread at a time checks and allocates: otherwise two could count on the same memory.
        synchronized (HostArrays.class) {
            admit(plan, shared);
            arrays = new FloatArray[plan.arrays()];
            try {
                // TornadoVM identifies objects by their hash codes: two arrays with the same one would count as one.
                Set<Integer> hashes = new HashSet<>();
                for (int i = 0; i < arrays.length; i++) {
                    do {
                        arrays[i] = new FloatArray(Math.toIntExact(plan.elements(i)));
                    } while (!hashes.add(arrays[i].hashCode()));
                }
            } catch (OutOfMemoryError e) {
                close();
                throw e;
            }
        }
    }

    private static void admit(MemoryPlan plan, boolean shared) {
        long bytes = plan.bytes();
        HostMemory.refusal(new ProcessMemory(bytes, shared ? bytes : 0, 0, JvmMemory.bound()))
                .ifPresent(why -> {
                    throw new RefusedException(why);
                });
    }

    /**
     * Most bytes in one array, without its header. Releases of TornadoVM's API that cannot wrap a given segment count
     * an array's bytes with an int; beyond its range they silently allocate too little.
     */
    static long mostArrayBytes() {
        boolean countsWithLong = Arrays.stream(FloatArray.class.getMethods())
                .anyMatch(m -> m.getName().equals("fromSegmentShallow"));
        return countsWithLong ? Long.MAX_VALUE : Integer.MAX_VALUE - TornadoNativeArray.ARRAY_HEADER;
    }

    @Override
    public FloatArray of(Buffer b) {
        return arrays[plan.slot(b)];
    }

    /** Every array. */
    public FloatArray[] all() {
        return arrays;
    }

    /** Floats only, without the arrays' headers. */
    long bytes() {
        long sum = 0;
        for (FloatArray a : arrays) {
            sum += a.getNumBytesOfSegment();
        }
        return sum;
    }

    /** Floats and headers. */
    public long bytesWithHeaders() {
        long sum = 0;
        for (FloatArray a : arrays) {
            sum += a.getNumBytesOfSegmentWithHeader();
        }
        return sum;
    }

    /** A buffer's floats; its array may be longer. */
    public MemorySegment floats(Buffer b) {
        return of(b).getSegment().asSlice(0, b.shape().bytes());
    }

    @Override
    public void close() {
        long bytes = arrays.length == 0 ? 0 : plan.bytes();
        arrays = new FloatArray[0];
        if (bytes >= WORTH_A_COLLECTION || LET_GO.addAndGet(bytes) >= worthACollection()) {
            LET_GO.set(0);
            System.gc();
        }
    }

    /**
     * For many small sessions: a collection costs time in proportion to the used heap, so it must free about as much.
     */
    private static long worthACollection() {
        Runtime jvm = Runtime.getRuntime();
        return Math.max(WORTH_A_COLLECTION, jvm.totalMemory() - jvm.freeMemory());
    }
}
