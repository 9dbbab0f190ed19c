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
 * The arrays of a plan in this machine's memory. TornadoVM's arrays are freed when the garbage
 * collector finds them unreachable; {@link #close} lets go of them and, when they were large, asks
 * the collector to look at once, so that their memory goes back promptly.
 */
final class HostArrays implements Storage, AutoCloseable {

    /** What {@link #mostArrayBytes} comes from. */
    static final String ARRAY_LIMIT = "what this TornadoVM API counts; an SDK's counts more";

    private static final long WORTH_A_COLLECTION = 64L << 20;

    /** Bytes of closed sessions since the collector was last asked to look. */
    private static final AtomicLong LET_GO = new AtomicLong();

    private final MemoryPlan plan;
    private FloatArray[] arrays;

    /**
     * Allocates one array a slot.
     *
     * @param shared whether a device will hold a copy of each array in this machine's memory too
     * @throws RefusedException when the machine does not have the memory free now, that for the copies and for the rest
     *     of the process included
     */
    HostArrays(MemoryPlan plan, boolean shared) {
        this.plan = plan;
        // One at a time looks and takes: else two could count on the same memory.
        synchronized (HostArrays.class) {
            admit(plan, shared);
            arrays = new FloatArray[plan.arrays()];
            try {
                // TornadoVM knows objects by their hash codes, and would take two of the same for one array.
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
     * Most bytes in one array, without its header. Releases of TornadoVM's API that cannot wrap a given
     * segment count an array's bytes with an int, and beyond it allocate too little without a word.
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
    FloatArray[] all() {
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
    long bytesWithHeaders() {
        long sum = 0;
        for (FloatArray a : arrays) {
            sum += a.getNumBytesOfSegmentWithHeader();
        }
        return sum;
    }

    /** The floats of a buffer in its array, which may be longer. */
    MemorySegment floats(Buffer b) {
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

    /** For many small sessions: a look costs time by what the heap holds, so that must not be much more than it frees. */
    private static long worthACollection() {
        Runtime jvm = Runtime.getRuntime();
        return Math.max(WORTH_A_COLLECTION, jvm.totalMemory() - jvm.freeMemory());
    }
}
