package farsight.op;

/**
 * What a work-group of a device may take.
 *
 * @param localBytes memory that the group shares
 * @param size most work-items
 */
public record GroupLimits(long localBytes, long size) {

    /** A device whose work-items are to run each by itself: no kernel with groups fits, and loops have none. */
    public static final GroupLimits NONE = new GroupLimits(0, 1);

    /** Whether plain loops are started in groups. */
    boolean groups() {
        return size > 1;
    }

    /** Whether a group of that size, with that much shared memory, runs on the device. */
    public boolean allow(long items, long bytes) {
        return items <= size && bytes <= localBytes;
    }
}
