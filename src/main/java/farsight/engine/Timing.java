package farsight.engine;

/**
 * What one run took, times in nanoseconds. Where nothing but the wall time is known, the rest is −1: on engines that
 * have no device, and in runs that were not profiled.
 *
 * @param wall from call to return
 * @param kernels of that, in kernels on the device
 * @param copies of that, copying to the device
 * @param copiedBytes bytes that were copied to the device: arrays with their headers, and for each kernel some 24
 *     bytes of TornadoVM's own
 * @param compile of that, compiling kernels
 */
public record Timing(long wall, long kernels, long copies, long copiedBytes, long compile) {

    /** A run of which only the wall time is known. */
    public static Timing unprofiled(long wall) {
        return new Timing(wall, -1, -1, -1, -1);
    }

    /** What is left of the wall time, launching kernels and waiting for them; −1 where the rest is not known. */
    public long overhead() {
        return kernels < 0 ? -1 : Math.max(0, wall - kernels - copies - compile);
    }
}
