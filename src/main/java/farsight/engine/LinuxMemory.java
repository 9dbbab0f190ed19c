package farsight.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Memory figures from Linux's files. A process is bound by the machine's memory and by the limits of its control group
 * and of every group above it, so the smallest counts. Groups are of version 1 or 2; where both are mounted, one of
 * them has the memory.
 *
 * @param root the folder that has proc and sys
 */
record LinuxMemory(Path root) {

    /**
     * The files of a control group, named differently in versions 1 and 2.
     *
     * @param limits all apply: beyond memory.max the kernel kills, beyond memory.high it throttles until nothing moves
     * @param usage of the group and the groups below, including cached files
     * @param inactive key of memory.stat: the part of that cache not read lately
     * @param active key of memory.stat: the part of that cache read lately
     */
    private record Group(List<String> limits, String usage, String inactive, String active) {
        private static final Group FIRST = new Group(
                List.of("memory.limit_in_bytes"),
                "memory.usage_in_bytes",
                "total_inactive_file ",
                "total_active_file ");
        private static final Group SECOND =
                new Group(List.of("memory.max", "memory.high"), "memory.current", "inactive_file ", "active_file ");

        /** Key of memory.stat in version 2: reclaimable tables of the kernel, such as file names. */
        private static final String SLAB = "slab_reclaimable ";

        /**
         * The smallest limit; empty without one. Unlimited is written as max in version 2, as the largest number in 1.
         */
        OptionalLong limit(Path folder) {
            return limits.stream()
                    .map(file -> number(folder.resolve(file), ""))
                    .reduce(OptionalLong.empty(), LinuxMemory::least);
        }

        /**
         * limit − usage + what the kernel drops before it runs out of memory. It counts half of the pages read lately,
         * as the kernel's own MemAvailable does: they include the running code.
         */
        OptionalLong free(Path folder) {
            OptionalLong most = limit(folder);
            OptionalLong used = number(folder.resolve(usage), "");
            if (most.isEmpty() || used.isEmpty()) {
                return OptionalLong.empty();
            }
            Path stat = folder.resolve("memory.stat");
            long dropped = number(stat, inactive).orElse(0)
                    + number(stat, active).orElse(0) / 2
                    + number(stat, SLAB).orElse(0);
            return OptionalLong.of(
                    Math.max(0, most.getAsLong() - used.getAsLong() + Math.min(dropped, used.getAsLong())));
        }
    }

    /**
     * A mount of control groups.
     *
     * @param folder the mount
     * @param group shown at the mount: / except in a container that sees its own group as the root
     * @param files version 1 or 2
     */
    private record Mount(Path folder, String group, Group files) {

        /** The folders of a group and of the groups above it, as far as they are visible. */
        List<Path> folders(String path) {
            // In a container the path may be the host's; then only the mount itself is visible.
            String below = path.equals(group) || path.startsWith(group + "/") ? path.substring(group.length()) : path;
            List<Path> all = new ArrayList<>(List.of(folder));
            Path at = folder;
            for (String name : below.split("/")) {
                if (name.equals("..")) {
                    break;
                }
                if (!name.isEmpty()) {
                    at = at.resolve(name);
                    all.add(at);
                }
            }
            return all;
        }
    }

    /** Bytes that can be taken now without swapping; empty where no file reports them. */
    OptionalLong available() {
        OptionalLong machine = number(root.resolve("proc/meminfo"), "MemAvailable:");
        return least(machine, ofGroups(files -> files::free));
    }

    /** Total memory of this process in bytes: the machine's, or the lowest limit of a group. */
    OptionalLong total() {
        OptionalLong machine = number(root.resolve("proc/meminfo"), "MemTotal:");
        return least(machine, ofGroups(files -> files::limit));
    }

    /** Resident memory of this process in bytes. */
    OptionalLong resident() {
        return number(root.resolve("proc/self/status"), "VmRSS:");
    }

    /** The peak of {@link #resident} in bytes. */
    OptionalLong peak() {
        return number(root.resolve("proc/self/status"), "VmHWM:");
    }

    /** The part of {@link #resident} that no file backs, in bytes. */
    OptionalLong anonymous() {
        return number(root.resolve("proc/self/status"), "RssAnon:");
    }

    /** The smallest figure of this process's groups. */
    private OptionalLong ofGroups(Function<Group, Function<Path, OptionalLong>> figure) {
        OptionalLong least = OptionalLong.empty();
        List<Mount> mounts = mounts();
        for (String line : lines(root.resolve("proc/self/cgroup"))) {
            // hierarchy number : its controllers, none in version 2 : path below the mount
            String[] parts = line.split(":", 3);
            if (parts.length < 3) {
                continue;
            }
            boolean second = parts[1].isEmpty();
            if (!second && !List.of(parts[1].split(",")).contains("memory")) {
                continue;
            }
            Group files = second ? Group.SECOND : Group.FIRST;
            for (Mount mount : mounts) {
                if (mount.files.equals(files)) {
                    for (Path folder : mount.folders(parts[2])) {
                        least = least(least, figure.apply(files).apply(folder));
                    }
                }
            }
        }
        return least;
    }

    /** The mounts of groups that limit memory: as the kernel lists them, else at the usual places. */
    private List<Mount> mounts() {
        List<Mount> all = new ArrayList<>();
        for (String line : lines(root.resolve("proc/self/mountinfo"))) {
            // id parent device root folder options … - type source options
            String[] sides = line.split(" - ", 2);
            String[] left = sides[0].split(" ");
            String[] right = sides.length == 2 ? sides[1].split(" ") : new String[0];
            if (left.length < 5 || right.length < 3) {
                continue;
            }
            boolean first = right[0].equals("cgroup")
                    && Arrays.asList(right[2].split(",")).contains("memory");
            if (first || right[0].equals("cgroup2")) {
                Path folder = root.resolve(unescaped(left[4]).replaceFirst("^/+", ""));
                String group = left[3].equals("/") ? "" : unescaped(left[3]);
                all.add(new Mount(folder, group, first ? Group.FIRST : Group.SECOND));
            }
        }
        if (all.isEmpty()) {
            Path custom = root.resolve("sys/fs/cgroup");
            all.add(new Mount(custom, "", Group.SECOND));
            all.add(new Mount(custom.resolve("unified"), "", Group.SECOND));
            all.add(new Mount(custom.resolve("memory"), "", Group.FIRST));
        }
        return all;
    }

    /** The kernel writes a space in a path as octal. */
    private static String unescaped(String path) {
        return path.replace("\\040", " ");
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
