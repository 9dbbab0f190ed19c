package farsight.cli;

import farsight.sweep.LostException;
import farsight.sweep.Status;
import java.util.List;
import java.util.Map;

/** Derives the status of a lost point from the exit code of its process. */
final class WorkerEnd {

    /** A worker's exit code when Java has no memory left; also HotSpot's with -XX:+ExitOnOutOfMemoryError. */
    static final int NO_MEMORY = 3;

    /** Added to the number of the signal that ended a process. */
    private static final int SIGNALS = 128;

    private static final int SIGKILL = 9;

    private static final Map<Integer, String> NAMES = Map.of(
            1, "SIGHUP", 2, "SIGINT", 4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", SIGKILL, "SIGKILL", 11,
            "SIGSEGV", 15, "SIGTERM");

    private WorkerEnd() {}

    /**
     * The exception for a lost point.
     *
     * @param saidNoMemory whether the process reported a lack of memory
     * @param large whether the point was expected to take much of the free memory
     * @param who the process, as the message's subject
     */
    static LostException of(int exitCode, boolean saidNoMemory, boolean large, String who) {
        if (exitCode == SIGNALS + SIGKILL && large) {
            return new LostException(
                    Status.OUT_OF_MEMORY, who + " was killed (SIGKILL), as the system does when memory runs out");
        }
        if (saidNoMemory || exitCode == NO_MEMORY) {
            return new LostException(Status.OUT_OF_MEMORY, who + " had no memory left and ended");
        }
        String signal = NAMES.get(exitCode - SIGNALS);
        if (signal == null) {
            return new LostException(Status.FAILED, who + " ended with exit code " + exitCode);
        }
        boolean crash = !List.of(1, 2, SIGKILL, 15).contains(exitCode - SIGNALS);
        return new LostException(
                Status.FAILED,
                "%s %s (%s, exit code %d)".formatted(who, crash ? "crashed" : "was ended", signal, exitCode));
    }
}
