package farsight.op;

/**
 * A device's limits on one work-group.
 *
 * @param localBytes local memory per group, in bytes
 * @param size maximum number of work-items per group
 */
public record GroupLimits(long localBytes, long size) {

    /** No work-groups: every kernel runs as a plain loop. */
    public static final GroupLimits NONE = new GroupLimits(0, 1);

    /** Whether plain loops start in groups. */
    boolean groups() {
        return size > 1;
    }

    /** Whether a group of that many work-items and bytes of local memory fits the device. */
    public boolean allow(long items, long bytes) {
        return items <= size && bytes <= localBytes;
    }
}
