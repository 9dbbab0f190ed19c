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
 * What Linux tells of memory in its files. A process has what the machine has, and what the limits of its control group
 * and of every group above that one leave; all of these hold, so the smallest counts. Groups are of version 1 or 2, or of
 * both at once, of which one has the memory.
 *
 * @param root the folder that has proc and sys
 */
record LinuxMemory(Path root) {

    /**
     * Files of a control group, which are called differently in versions 1 and 2.
     *
     * @param limits none of which may be exceeded: beyond memory.max the kernel kills, beyond memory.high it throttles
     *     until nothing moves
     * @param usage of the group and those below, the cache of files included
     * @param inactive key of memory.stat: the part of that cache that was not read lately
     * @param active the part that was
     */
    private record Group(List<String> limits, String usage, String inactive, String active) {
        private static final Group FIRST = new Group(
                List.of("memory.limit_in_bytes"),
                "memory.usage_in_bytes",
                "total_inactive_file ",
                "total_active_file ");
        private static final Group SECOND =
                new Group(List.of("memory.max", "memory.high"), "memory.current", "inactive_file ", "active_file ");

        /** Key of memory.stat in version 2: the kernel's own tables that it can drop, as of file names. */
        private static final String SLAB = "slab_reclaimable ";

        /** The smallest limit; none where there is none: version 2 then says max, version 1 the largest number. */
        OptionalLong limit(Path folder) {
            return limits.stream()
                    .map(file -> number(folder.resolve(file), ""))
                    .reduce(OptionalLong.empty(), LinuxMemory::least);
        }

        /**
         * limit − usage + what the kernel drops before it runs out. Of pages read lately that is half, as the kernel
         * itself reckons for MemAvailable: the code that runs is among them.
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
     * A place where groups are mounted.
     *
     * @param folder the mount
     * @param group that is seen there: / but in a container that sees its own as the root
     * @param files version 1 or 2
     */
    private record Mount(Path folder, String group, Group files) {

        /** The folders of a group and of those above it, as far as they are seen. */
        List<Path> folders(String path) {
            // In a container the path may be the host's, of which nothing but the mount itself is seen.
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

    /** What can be taken now without swapping, in bytes; empty where no file tells. */
    OptionalLong available() {
        OptionalLong machine = number(root.resolve("proc/meminfo"), "MemAvailable:");
        return least(machine, ofGroups(files -> files::free));
    }

    /** All that this process may ever have, in bytes: the machine's, or the least limit of a group. */
    OptionalLong total() {
        OptionalLong machine = number(root.resolve("proc/meminfo"), "MemTotal:");
        return least(machine, ofGroups(files -> files::limit));
    }

    /** Memory of this process that is in RAM, in bytes. */
    OptionalLong resident() {
        return number(root.resolve("proc/self/status"), "VmRSS:");
    }

    /** The most that {@link #resident} ever was, in bytes. */
    OptionalLong peak() {
        return number(root.resolve("proc/self/status"), "VmHWM:");
    }

    /** Of {@link #resident} what no file backs, in bytes. */
    OptionalLong anonymous() {
        return number(root.resolve("proc/self/status"), "RssAnon:");
    }

    /** The least that any of this process's groups tells. */
    private OptionalLong ofGroups(Function<Group, Function<Path, OptionalLong>> figure) {
        OptionalLong least = OptionalLong.empty();
        List<Mount> mounts = mounts();
        for (String line : lines(root.resolve("proc/self/cgroup"))) {
            // Number of the hierarchy : its controllers, none in version 2 : path below the mount.
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

    /** Where groups that limit memory are mounted: as the kernel lists it, else where it is the custom. */
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

    /** The kernel writes a blank in a path in octal. */
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
