package farsight.model;

import farsight.data.NoRoomException;
import farsight.data.Room;
import farsight.engine.Bytes;
import farsight.engine.HostMemory;
import farsight.engine.RefusedException;
import java.util.function.Supplier;

/** The memory that an input may take: the user's budget, or what this machine has free. */
public final class InputRoom {

    private final Room room;

    private InputRoom(Room room) {
        this.room = room;
    }

    /**
     * The smaller of a budget and what is free now.
     *
     * @param budgetBytes {@link Model#UNLIMITED} for none
     */
    public static InputRoom of(long budgetBytes) {
        long free = HostMemory.available();
        Room machine = new Room(free, "this machine has %s free at the moment".formatted(Bytes.text(free)));
        return new InputRoom(machine.or(new Room(budgetBytes, "the budget is " + Bytes.text(budgetBytes))));
    }

    /** The limit in the form that file readers take. */
    public Room room() {
        return room;
    }

    /**
     * Refuses features that exceed the limit: then no program on them fits either.
     *
     * @throws RefusedException with both numbers
     */
    void check(String what, FeatureShape shape) {
        // The product of doubles also exceeds the limit where it would overflow a long.
        double bytes = (double) shape.batch() * shape.channels() * shape.positions() * Float.BYTES;
        if (bytes > room.bytes()) {
            throw new RefusedException("%s has shape %s and needs %s for x alone; %s"
                    .formatted(what, shape, Bytes.text((long) bytes), room.words()));
        }
    }

    /**
     * Runs work that reads an input.
     *
     * @throws RefusedException where it exceeds the limit, as programs do
     */
    public static <T> T reading(Supplier<T> work) {
        try {
            return work.get();
        } catch (NoRoomException e) {
            RefusedException refused = new RefusedException(String.valueOf(e.getMessage()));
            refused.initCause(e);
            throw refused;
        }
    }
}
