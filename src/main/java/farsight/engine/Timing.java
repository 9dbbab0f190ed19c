package farsight.engine;

/**
 * What one run took, in nanoseconds.
 *
 * @param wall from call to return
 * @param kernels of that, in kernels on the device; −1 on engines that have no device
 * @param compile of that, compiling kernels; −1 on engines that have no device
 */
public record Timing(long wall, long kernels, long compile) {}
