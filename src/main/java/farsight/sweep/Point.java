package farsight.sweep;

import farsight.block.Pass;

/**
 * One point of a sweep: a block at one N and d, and its result. A missing measurement is −1.
 *
 * @param block label of the block, for example {@code latentgnn}
 * @param spec its full JSON spec
 * @param batch B
 * @param positions N
 * @param channels C
 * @param latent d, 0 for blocks that have none
 * @param pass forward, or forward and backward
 * @param device engine id
 * @param status how it ended
 * @param message why it was refused or failed; empty when ok
 * @param parameters number of weights
 * @param flops floating-point operations per run
 * @param bytesMoved bytes moved per run, counting each operand of each operation once
 * @param predictedBytes bytes of all arrays, before anything was allocated
 * @param unsharedBytes the same if every buffer had an array of its own
 * @param measuredBytes bytes of the allocated arrays
 * @param residentBytes largest resident size of the measuring process during the point, JVM included; −1 if unknown
 * @param runs timed runs
 * @param medianNanos median wall time of a run
 * @param minNanos shortest wall time of a run
 * @param kernelNanos median time in kernels on the device
 * @param firstNanos wall time of the first run, compilation included
 * @param compileNanos time spent compiling kernels in the first run
 */
public record Point(
        String block,
        String spec,
        int batch,
        long positions,
        int channels,
        int latent,
        Pass pass,
        String device,
        Status status,
        String message,
        long parameters,
        long flops,
        long bytesMoved,
        long predictedBytes,
        long unsharedBytes,
        long measuredBytes,
        long residentBytes,
        int runs,
        long medianNanos,
        long minNanos,
        long kernelNanos,
        long firstNanos,
        long compileNanos) {

    /** Identifies the point in later runs of the sweep. */
    public String key() {
        return key(block, spec, batch, positions, pass, device);
    }

    /** The key without the device. */
    public String keyOnAnyDevice() {
        return key(block, spec, batch, positions, pass, "");
    }

    static String key(String block, String spec, int batch, long positions, Pass pass, String device) {
        return String.join(
                "|", block, spec, Integer.toString(batch), Long.toString(positions), pass.toString(), device);
    }
}
