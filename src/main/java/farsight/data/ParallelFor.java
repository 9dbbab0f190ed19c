package farsight.data;

import java.lang.foreign.MemorySegment;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/**
 * Splits work over the cores by index. Any thread may run any index, so a body must compute the same for an index
 * wherever and whenever it runs.
 */
public final class ParallelFor {
    private ParallelFor() {}

    /** Runs {@code body} once for each of 0 … count − 1, on many threads where {@code target} allows it. */
    public static void forEach(long count, MemorySegment target, LongConsumer body) {
        LongStream indices = LongStream.range(0, count);
        if (mayShare(target)) {
            indices = indices.parallel();
        }
        indices.forEach(body);
    }

    /** Whether threads other than this one may touch the memory; a confined arena forbids it. */
    static boolean mayShare(MemorySegment memory) {
        return memory.isAccessibleBy(Thread.ofPlatform().unstarted(() -> {}));
    }
}
