package farsight.engine;

/**
 * What a process that runs one program needs of its machine's memory at most, so that whoever bounds it, as a control
 * group does, knows what to allow. The arrays are counted to the byte; the rest is a bound of what was measured.
 *
 * @param arrays bytes of the arrays on the host
 * @param copies bytes of their copies there: of a device that has no memory but the machine's
 * @param beside bytes of tensors that are held beside them: none where results are written from the arrays
 * @param jvm bytes that the JVM takes itself, and a device's runtime
 */
public record ProcessMemory(long arrays, long copies, long beside, long jvm) {

    /** All of it; {@link Long#MAX_VALUE} where that does not do. */
    public long total() {
        return sum(sum(arrays, copies), sum(beside, jvm));
    }

    /** The same with tensors beside the arrays. */
    public ProcessMemory with(long tensors) {
        return new ProcessMemory(arrays, copies, tensors, jvm);
    }

    /** What there is but {@link #outsideHeap}, as messages call it. */
    String rest() {
        return copies > 0 ? "a CPU device's copies of them and the rest of the process" : "the rest of the process";
    }

    /** Bytes that the JVM counts as memory outside its heap. */
    long outsideHeap() {
        return sum(arrays, beside);
    }

    /** Bytes of the rest that are yet to be taken. */
    long restToCome() {
        return sum(copies, JvmMemory.remaining(jvm));
    }

    /** The sum of two counts, which does not overflow. */
    static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}
