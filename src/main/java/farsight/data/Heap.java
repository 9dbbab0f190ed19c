package farsight.data;

import java.util.function.Supplier;

/** Work whose need of memory an input file decides. */
final class Heap {
    private Heap() {}

    /**
     * Runs {@code work}, and answers with one line where it needs more memory than there is: an input
     * of a few bytes may ask for gigabytes, and must not end the program.
     *
     * @param bytes what the work needs at least
     * @param what the input, as the message names it
     * @throws NoRoomException where the bytes are more than the Java heap may have, or run out
     */
    static <T> T within(long bytes, String what, Supplier<T> work) {
        return within(bytes, Room.OF_HEAP, what, work);
    }

    /**
     * The same under a limit of the caller's.
     *
     * @throws NoRoomException where the bytes are more than the limit or the Java heap may have, or run out
     */
    static <T> T within(long bytes, Room room, String what, Supplier<T> work) {
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
