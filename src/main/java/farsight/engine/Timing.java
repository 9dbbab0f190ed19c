package farsight.engine;

/**
 * The times of one run, in nanoseconds. Where only the wall time is known, the rest is −1: on engines without a device,
 * and in runs without profiling.
 *
 * @param wall from call to return
 * @param kernels part of the wall time in kernels on the device
 * @param copies part of the wall time in copies to the device
 * @param copiedBytes bytes copied to the device: arrays with their headers, and for each kernel some 24 bytes of
 *     TornadoVM's own
 * @param compile part of the wall time in compiling kernels
 */
public record Timing(long wall, long kernels, long copies, long copiedBytes, long compile) {

    /** A run of which only the wall time is known. */
    public static Timing unprofiled(long wall) {
        return new Timing(wall, -1, -1, -1, -1);
    }

    /** The times of this run and the next together; −1 where either is not known. */
    public Timing plus(Timing next) {
        return new Timing(
                wall + next.wall,
                sum(kernels, next.kernels),
                sum(copies, next.copies),
                sum(copiedBytes, next.copiedBytes),
                sum(compile, next.compile));
    }

    private static long sum(long a, long b) {
        return a < 0 || b < 0 ? -1 : a + b;
    }
}
