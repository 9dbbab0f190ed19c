package farsight.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the command in a process of its own under words of bash, such as a limit. */
final class Shell {

    static final Path BASH = Path.of("/bin/bash");

    private Shell() {}

    /** How a process ended, and what it said. */
    record Ended(int code, String out, List<String> err) {}

    /**
     * Runs the command.
     *
     * @param folder for what it says
     * @param before words before the command
     * @param after words after it
     */
    static Ended run(Path folder, String before, String after, Object... args)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(BASH.toString(), "-c", before + "\"$@\" " + after, "bash"));
        List<String> java = Processes.words(Main.class, args);
        // Its file of counters would be the first that is too large.
        java.add(1, "-XX:-UsePerfData");
        words.addAll(java);
        return run(folder, words);
    }

    /**
     * Runs a process to its end.
     *
     * @param folder for what it says
     */
    static Ended run(Path folder, List<String> words) throws IOException, InterruptedException {
        Path out = folder.resolve("stdout");
        Path err = folder.resolve("stderr");
        Process p = new ProcessBuilder(words)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        int code = Processes.code(p);
        List<String> said = Files.readAllLines(err).stream()
                .filter(l -> !l.startsWith("WARNING: "))
                .toList();
        return new Ended(code, Files.readString(out, StandardCharsets.UTF_8), said);
    }
}
