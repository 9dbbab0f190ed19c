package farsight.peers;

import farsight.block.Pass;
import farsight.engine.HostMemory;
import farsight.peers.problem.Case;
import farsight.peers.problem.Side;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs {@link Child} in a JVM of its own, with the options that {@code ./farsight} gives. */
final class Fork {

    private static final int MEMORY_PROCESSES = 3;

    private Fork() {}

    /**
     * What a process says in the end.
     *
     * @param nanos of every run
     * @param facts which build it was
     */
    record Timed(List<Long> nanos, String facts) {}

    /**
     * Runs again and again.
     *
     * @param file receives the results
     */
    static Timed time(Case c, Pass pass, Setting setting, double warmUp, double seconds, Path file)
            throws IOException, InterruptedException {
        return timed(run("time", c, pass, setting, String.valueOf(warmUp), String.valueOf(seconds), file.toString()));
    }

    /** Runs again and again, for the times alone. */
    static Timed time(Case c, Pass pass, Setting setting, double warmUp, double seconds)
            throws IOException, InterruptedException {
        return timed(run("time", c, pass, setting, String.valueOf(warmUp), String.valueOf(seconds)));
    }

    private static Timed timed(Map<String, String> said) {
        return new Timed(
                Arrays.stream(said.get("nanos").split(" ")).map(Long::valueOf).toList(), said.get("facts"));
    }

    /**
     * By how many bytes resident memory grows at its peak, inputs not counted. Of {@value #MEMORY_PROCESSES} processes
     * the median counts: a compiler at work now and then adds some megabytes.
     */
    static long peak(Case c, Pass pass, Setting setting) throws IOException, InterruptedException {
        List<Long> peaks = new ArrayList<>();
        for (int i = 0; i < MEMORY_PROCESSES; i++) {
            peaks.add(Long.valueOf(run("memory", c, pass, setting).get("peak")));
        }
        Collections.sort(peaks);
        return peaks.get(MEMORY_PROCESSES / 2);
    }

    /** What the machine can do on all cores. */
    static Roof roof(double seconds) throws IOException, InterruptedException {
        Setting setting = Setting.plain(Side.FARSIGHT);
        List<String> command = java(setting);
        command.addAll(List.of("roof", String.valueOf(seconds)));
        String[] rates = said(command, setting).get("roof").split(" ");
        return new Roof(Double.parseDouble(rates[0]), Double.parseDouble(rates[1]));
    }

    private static Map<String, String> run(String what, Case c, Pass pass, Setting setting, String... more)
            throws IOException, InterruptedException {
        List<String> command = java(setting);
        command.addAll(List.of(what, c.name(), pass.name(), setting.argument()));
        command.addAll(List.of(more));
        return said(command, setting);
    }

    /** The command without its arguments. */
    private static List<String> java(Setting setting) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-exports=java.base/jdk.internal.module=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseParallelGC",
                "-Xmn32m",
                "-XX:MaxDirectMemorySize=" + HostMemory.total(),
                "-XX:ActiveProcessorCount=" + setting.threads(),
                // The bindings would else have the collector look at memory of theirs that is freed by hand here.
                "-Dorg.bytedeco.javacpp.maxBytes=0",
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0"));
        for (String property : List.of("org.bytedeco.javacpp.cachedir", "farsight.commit")) {
            if (System.getProperty(property) != null) {
                command.add("-D" + property + "=" + System.getProperty(property));
            }
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
        return command;
    }

    private static Map<String, String> said(List<String> command, Setting setting)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        setting.apply(builder.environment());
        Process process = builder.start();
        StringBuilder rest = new StringBuilder();
        Map<String, String> said = new HashMap<>();
        try (var lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("@")) {
                    int space = line.indexOf(' ');
                    said.put(line.substring(1, space), line.substring(space + 1));
                } else {
                    rest.append(line).append('\n');
                }
            }
        }
        int status = process.waitFor();
        if (status != 0 || said.isEmpty()) {
            throw new IOException(
                    String.format(Locale.ROOT, "%s ended with %d:%n%s", String.join(" ", command), status, rest));
        }
        return said;
    }
}
