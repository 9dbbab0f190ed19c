package farsight.engine;

/**
 * Properties of a device, as its driver reports them to TornadoVM.
 *
 * @param kind {@code CPU}, {@code GPU}, {@code FPGA}, …
 * @param units compute units: multiprocessors of a GPU, threads of a CPU
 * @param memoryBytes all of its memory
 * @param allocationBytes the largest single allocation
 * @param localBytes memory that a work-group shares
 * @param workGroup most work-items in a group
 */
public record DeviceFacts(
        String kind, int units, long memoryBytes, long allocationBytes, long localBytes, long workGroup) {}
