package farsight.data;

/**
 * The memory that reading an input may take. A file of a few bytes may ask for gigabytes, so its header's claim is
 * checked against this before anything is allocated.
 *
 * @param bytes most bytes beside what is already held
 * @param words source of that number, as a message continues, for example {@code the budget is 8.00 GB}
 */
public record Room(long bytes, String words) {

    /** No limit but the Java heap's own. */
    public static final Room OF_HEAP = new Room(Long.MAX_VALUE, "");

    /** The smaller of two. */
    public Room or(Room other) {
        return other.bytes < bytes ? other : this;
    }

    /**
     * Refuses work that needs more than this.
     *
     * @param what names the work in messages, for example {@code reading the image x.png}
     * @throws NoRoomException with both numbers
     */
    public void check(long needed, String what) {
        if (needed > bytes) {
            // A megabyte is 10⁶ bytes, as elsewhere in messages.
            throw new NoRoomException(
                    "%s needs at least %,d MB; %s".formatted(what, Math.ceilDiv(needed, 1_000_000L), words));
        }
    }
}
