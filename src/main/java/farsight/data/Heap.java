package farsight.data;

import java.util.function.Supplier;

/** Work whose memory depends on an input file. */
public final class Heap {
    private Heap() {}

    /**
     * Runs {@code work}, and reports in one line when it needs more memory than there is. An input of a few bytes may
     * ask for gigabytes and must not end the program.
     *
     * @param bytes the least that the work needs
     * @param what names the input in messages
     * @throws NoRoomException where the bytes exceed the Java heap's maximum, or the heap runs out
     */
    public static <T> T within(long bytes, String what, Supplier<T> work) {
        return within(bytes, Room.OF_HEAP, what, work);
    }

    /**
     * As above, under a limit of the caller's.
     *
     * @throws NoRoomException where the bytes exceed the limit or the Java heap's maximum, or the heap runs out
     */
    public static <T> T within(long bytes, Room room, String what, Supplier<T> work) {
        room.check(bytes, what);
        long most = Runtime.getRuntime().maxMemory();
        if (bytes > most) {
            throw tooLarge(bytes, what, most);
        }
        try {
            return work.get();
        } catch (OutOfMemoryError e) {
            NoRoomException tooLarge = tooLarge(bytes, what, most);
            tooLarge.initCause(e);
            throw tooLarge;
        }
    }

    private static NoRoomException tooLarge(long bytes, String what, long most) {
        return new NoRoomException("%s needs at least %d MB of Java heap, which has %d MB at most: raise it with -Xmx"
                .formatted(what, bytes >> 20, most >> 20));
    }
}
