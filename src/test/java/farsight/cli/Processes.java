package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Separate processes on the tests' class path. */
final class Processes {

    private static final int PATIENCE_SECONDS = 60;

    private Processes() {}

    /** The words that start a class in a second JVM, which is as this one. */
    static List<String> words(Class<?> main, Object... args) {
        List<String> words = new ArrayList<>();
        words.add(ProcessHandle.current().info().command().orElseThrow());
        words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        List.of(args).forEach(a -> words.add(a.toString()));
        return words;
    }

    static Process start(Class<?> main, Object... args) throws IOException {
        return new ProcessBuilder(words(main, args)).redirectErrorStream(true).start();
    }

    /**
     * The words that a process was started with, one space between two. Java itself reads no more than 4,096
     * characters on Linux and then tells the command alone: a class path is longer.
     */
    static String commandLine(ProcessHandle process) {
        Path words = Path.of("/proc/" + process.pid() + "/cmdline");
        try {
            return Files.readString(words, StandardCharsets.ISO_8859_1).replace('\0', ' ');
        } catch (IOException e) {
            return process.info().commandLine().orElse("");
        }
    }

    /** All that it says, to its end. */
    static String said(Process p) throws IOException {
        return new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    static int code(Process p) throws InterruptedException {
        assertThat(p.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("it ends").isTrue();
        return p.exitValue();
    }

    static void await(String what, BooleanSupplier holds) throws InterruptedException {
        for (int i = 0; i < 50 * PATIENCE_SECONDS && !holds.getAsBoolean(); i++) {
            Thread.sleep(20);
        }
        assertThat(holds.getAsBoolean()).as(what).isTrue();
    }
}
