package farsight.doctor;

import farsight.engine.Bytes;
import farsight.engine.HostMemory;
import farsight.engine.Processor;
import farsight.vector.VectorSupport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This JVM and this machine. */
final class JvmChecks {

    private static final int OLDEST = 25;

    private JvmChecks() {}

    static List<Finding> all() {
        List<Finding> all = new ArrayList<>();
        all.add(java());
        all.add(
                VectorSupport.available()
                        ? Finding.ok("Vector API", VectorSupport.description().replace("Vector API, ", ""))
                        : Finding.warn(
                                "Vector API",
                                VectorSupport.missing() + ": the plain loops run instead, on one thread",
                                "start through ./farsight, on a processor with AVX2 or NEON"));
        all.add(
                JvmChecks.class.getModule().isNativeAccessEnabled()
                        ? Finding.ok("native access", "enabled")
                        : Finding.warn(
                                "native access", "not enabled: Java warns", "--enable-native-access=ALL-UNNAMED"));
        all.add(Finding.ok("processor", Processor.name() + ", " + cores()));
        all.add(memory());
        all.add(outsideHeap());
        return all;
    }

    private static Finding java() {
        int version = Runtime.version().feature();
        String found =
                Runtime.version() + ", " + System.getProperty("java.vendor") + ", " + System.getProperty("java.home");
        return version >= OLDEST
                ? Finding.ok("Java", found)
                : Finding.broken("Java", found, "install a JDK of at least " + OLDEST);
    }

    private static String cores() {
        int cores = Runtime.getRuntime().availableProcessors();
        long machine = TextFile.lines(Path.of("/proc/cpuinfo")).stream()
                .filter(l -> l.startsWith("processor"))
                .count();
        return cores
                + (cores == 1 ? " core" : " cores")
                + (machine > cores ? " of the machine's " + machine + " (a container's limit, or taskset)" : "");
    }

    private static Finding memory() {
        long total = HostMemory.total();
        long machine = TextFile.lines(Path.of("/proc/meminfo")).stream()
                .filter(l -> l.startsWith("MemTotal:"))
                .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElse(total);
        String found = Bytes.text(total)
                + (machine > total ? " (a container's limit; the machine has " + Bytes.text(machine) + ")" : "") + ", "
                + Bytes.text(HostMemory.available()) + " free";
        return Finding.ok("memory", found);
    }

    private static Finding outsideHeap() {
        String subject = "array memory";
        long most = HostMemory.outsideHeap();
        String found = "arrays may take " + Bytes.text(most) + " outside a heap of "
                + Bytes.text(Runtime.getRuntime().maxMemory());
        return most < HostMemory.total() / 2
                ? Finding.warn(
                        subject,
                        found + ", less than half of the memory",
                        "start through ./farsight, or with -XX:MaxDirectMemorySize=" + (HostMemory.total() >> 20) + "m")
                : Finding.ok(subject, found);
    }
}
