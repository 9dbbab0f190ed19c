package farsight.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * What Linux tells of memory in its files. A process has what the machine has, and what the limit of its control group
 * and of every group above that one leaves; all of these hold, so the smallest counts.
 *
 * @param root the folder that has proc and sys
 */
record LinuxMemory(Path root) {

    /** Files of a control group, which are called differently in versions 1 and 2. */
    private record Group(String limit, String usage, String reclaimable) {
        private static final Group FIRST =
                new Group("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file ");
        private static final Group SECOND = new Group("memory.max", "memory.current", "inactive_file ");

        /** limit − usage + cached pages that the kernel drops before it runs out; none where there is no limit. */
        OptionalLong free(Path folder) {
            // Without a limit version 2 says max, which is no number; version 1 says the largest one.
            OptionalLong most = number(folder.resolve(limit), "");
            OptionalLong used = number(folder.resolve(usage), "");
            if (most.isEmpty() || used.isEmpty()) {
                return OptionalLong.empty();
            }
            long cached = number(folder.resolve("memory.stat"), reclaimable).orElse(0);
            return OptionalLong.of(
                    Math.max(0, most.getAsLong() - used.getAsLong() + Math.min(cached, used.getAsLong())));
        }
    }

    /** What can be taken now without swapping, in bytes; empty where no file tells. */
    OptionalLong available() {
        OptionalLong machine = number(root.resolve("proc/meminfo"), "MemAvailable:");
        return least(machine, group());
    }

    /** Memory of this process that is in RAM, in bytes. */
    OptionalLong resident() {
        return number(root.resolve("proc/self/status"), "VmRSS:");
    }

    private OptionalLong group() {
        OptionalLong least = OptionalLong.empty();
        for (String line : lines(root.resolve("proc/self/cgroup"))) {
            // Number of the hierarchy : its controllers, none in version 2 : path below the mount.
            String[] parts = line.split(":", 3);
            if (parts.length < 3) {
                continue;
            }
            Path groups = root.resolve("sys/fs/cgroup");
            if (parts[1].isEmpty()) {
                least = least(least, free(groups, parts[2], Group.SECOND));
            } else if (List.of(parts[1].split(",")).contains("memory")) {
                least = least(least, free(groups.resolve("memory"), parts[2], Group.FIRST));
            }
        }
        return least;
    }

    private static OptionalLong free(Path mount, String path, Group files) {
        OptionalLong least = files.free(mount);
        Path folder = mount;
        // In a container the path may be the host's, of which nothing but the mount itself is seen.
        for (Path name : Path.of(path.replaceFirst("^/+", ""))) {
            folder = folder.resolve(name);
            least = least(least, files.free(folder));
        }
        return least;
    }

    private static OptionalLong least(OptionalLong a, OptionalLong b) {
        return a.isPresent() && (b.isEmpty() || a.getAsLong() <= b.getAsLong()) ? a : b;
    }

    /** The number behind a key, in bytes; empty where the file has none. */
    private static OptionalLong number(Path file, String key) {
        for (String line : lines(file)) {
            if (line.startsWith(key)) {
                String value = line.substring(key.length()).strip();
                long unit = value.endsWith("kB") ? 1024 : 1;
                String digits = value.replaceFirst(" ?kB$", "");
                return digits.matches("[0-9]{1,19}") ? parsed(digits, unit) : OptionalLong.empty();
            }
        }
        return OptionalLong.empty();
    }

    private static OptionalLong parsed(String digits, long unit) {
        try {
            return OptionalLong.of(Math.multiplyExact(Long.parseLong(digits), unit));
        } catch (NumberFormatException | ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }
}
