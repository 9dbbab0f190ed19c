package farsight.peers;

import farsight.block.Pass;
import farsight.engine.HostMemory;
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

    /** Nanoseconds of every run. */
    static List<Long> time(Case c, Setting setting, Pass pass, double warmUp, double seconds)
            throws IOException, InterruptedException {
        Map<String, String> said = run("time", c, setting, pass, String.valueOf(warmUp), String.valueOf(seconds));
        return Arrays.stream(said.get("nanos").split(" ")).map(Long::valueOf).toList();
    }

    /**
     * What is measured besides time.
     *
     * @param peakBytes by which resident memory grew at its peak, inputs not counted
     * @param facts which build it was
     */
    record Once(long peakBytes, String facts) {}

    /**
     * Runs a few times in each of {@value #MEMORY_PROCESSES} processes, of whose growth the median counts: a compiler at
     * work now and then adds some megabytes. The results go to a safetensors file.
     */
    static Once once(Case c, Setting setting, Pass pass, Path file) throws IOException, InterruptedException {
        List<Long> peaks = new ArrayList<>();
        String facts = "";
        for (int i = 0; i < MEMORY_PROCESSES; i++) {
            Map<String, String> said = run("once", c, setting, pass, file.toString());
            peaks.add(Long.valueOf(said.get("peak")));
            facts = said.get("facts");
        }
        Collections.sort(peaks);
        return new Once(peaks.get(MEMORY_PROCESSES / 2), facts);
    }

    /** What the machine can do on all cores. */
    static Roof roof(double seconds) throws IOException, InterruptedException {
        Setting setting = new Setting(Side.FARSIGHT, Setting.CORES, 0);
        List<String> command = java(setting);
        command.addAll(List.of("roof", String.valueOf(seconds)));
        String[] rates = said(command, setting).get("roof").split(" ");
        return new Roof(Double.parseDouble(rates[0]), Double.parseDouble(rates[1]));
    }

    private static Map<String, String> run(String what, Case c, Setting setting, Pass pass, String... more)
            throws IOException, InterruptedException {
        List<String> command = java(setting);
        command.addAll(
                List.of(what, c.name(), setting.side().toString(), pass.name(), String.valueOf(setting.threads())));
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
        builder.environment().putAll(setting.environment());
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
