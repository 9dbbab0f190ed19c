package farsight.engine;

/**
 * The most memory of its machine that a process needs to run one program, for whoever bounds it, such as a control
 * group. The arrays are exact to the byte; the rest is a bound on measurements.
 *
 * @param arrays bytes of the arrays on the host
 * @param copies bytes of the device's copies in the host's memory: for a device without its own memory
 * @param beside bytes of tensors held beside the arrays: none where results are written from the arrays
 * @param jvm bytes of the JVM itself and a device's runtime
 */
public record ProcessMemory(long arrays, long copies, long beside, long jvm) {

    /** The sum; {@link Long#MAX_VALUE} where it overflows. */
    public long total() {
        return sum(sum(arrays, copies), sum(beside, jvm));
    }

    /** As this, with tensors beside the arrays. */
    public ProcessMemory with(long tensors) {
        return new ProcessMemory(arrays, copies, tensors, jvm);
    }

    /** Of a process that holds both programs' arrays. */
    ProcessMemory plus(ProcessMemory other) {
        return new ProcessMemory(
                sum(arrays, other.arrays),
                sum(copies, other.copies),
                sum(beside, other.beside),
                Math.max(jvm, other.jvm));
    }

    /** Names all but {@link #outsideHeap}, for messages. */
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

    /** The sum of two counts, capped at {@link Long#MAX_VALUE}. */
    static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}
