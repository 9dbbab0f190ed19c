package farsight.doctor;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Checks that the JVM still handles its own signals after a driver was used. HotSpot stops threads and detects null
 * pointers by SIGSEGV. A driver with LLVM inside, such as PoCL, replaces HotSpot's handlers by LLVM's when it first
 * compiles. These handle one signal only ({@code SA_RESETHAND} in llvm/lib/Support/Unix/Signals.inc): if HotSpot stops
 * two threads at the same moment, the second ends the process. The JDK's libjsig, loaded before everything else, keeps
 * HotSpot's handlers first.
 *
 * <p>The check asks the kernel by rt_sigaction, because libjsig answers every other caller, the JVM included, with the
 * driver's handlers.
 */
final class SignalChecks {

    /** Signals that HotSpot needs for compiled code, with their numbers on Linux. */
    private static final Map<String, Integer> SIGNALS = new LinkedHashMap<>();

    static {
        SIGNALS.put("SIGSEGV", 11);
        SIGNALS.put("SIGBUS", 7);
        SIGNALS.put("SIGFPE", 8);
        SIGNALS.put("SIGILL", 4);
    }

    /** The number of rt_sigaction by processor architecture. */
    private static final Map<String, Long> RT_SIGACTION = Map.of("amd64", 13L, "aarch64", 134L);

    private SignalChecks() {}

    /** The finding, once devices have compiled something; empty if the kernel cannot be asked. */
    static List<Finding> all() {
        Long number = RT_SIGACTION.get(System.getProperty("os.arch"));
        if (number == null || !"Linux".equals(System.getProperty("os.name"))) {
            return List.of();
        }
        try {
            List<String> maps = Files.readAllLines(Path.of("/proc/self/maps"));
            Map<String, String> owners = new LinkedHashMap<>();
            for (Map.Entry<String, Integer> signal : SIGNALS.entrySet()) {
                owners.put(signal.getKey(), owner(handler(number, signal.getValue()), maps));
            }
            return List.of(finding(owners));
        } catch (IOException e) {
            return List.of();
        }
    }

    /** @param owners the library of each signal's handler */
    static Finding finding(Map<String, String> owners) {
        List<String> taken = owners.entrySet().stream()
                .filter(e -> !e.getValue().startsWith("libjvm."))
                .map(Map.Entry::getKey)
                .toList();
        return taken.isEmpty()
                ? Finding.ok("signals", "the JVM handles its own")
                : Finding.warn(
                        "signals",
                        "%s took %s from the JVM, which may then end silently"
                                .formatted(owners.get(taken.getFirst()), String.join(", ", taken)),
                        "start with ./farsight, or with LD_PRELOAD=$JAVA_HOME/lib/libjsig.so");
    }

    /**
     * The file that holds an address.
     *
     * @param maps lines as in /proc/self/maps: {@code 7f1841d00000-7f1842000000 r-xp 00000000 fe:00 123 /lib/libx.so}
     */
    static String owner(long address, List<String> maps) {
        for (String line : maps) {
            int dash = line.indexOf('-');
            int blank = line.indexOf(' ');
            if (Long.compareUnsigned(address, Long.parseUnsignedLong(line, 0, dash, 16)) >= 0
                    && Long.compareUnsigned(address, Long.parseUnsignedLong(line, dash + 1, blank, 16)) < 0) {
                int slash = line.lastIndexOf('/');
                return slash < 0 ? "unnamed code" : line.substring(slash + 1);
            }
        }
        return "nobody";
    }

    /** The kernel's struct sigaction begins with the handler's address. */
    @SuppressWarnings("restricted")
    private static long handler(long rtSigaction, int signal) {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> syscall = linker.defaultLookup().find("syscall");
        MethodHandle call = linker.downcallHandle(
                syscall.orElseThrow(),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG),
                Linker.Option.firstVariadicArg(1));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment action = arena.allocate(64, 8);
            long sizeOfTheMask = 8;
            long failed = (long) call.invokeExact(rtSigaction, (long) signal, 0L, action, sizeOfTheMask);
            return failed == 0 ? action.get(ValueLayout.JAVA_LONG, 0) : 0;
        } catch (Throwable e) {
            throw new IllegalStateException("rt_sigaction", e);
        }
    }
}
