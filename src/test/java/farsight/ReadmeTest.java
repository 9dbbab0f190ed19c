package farsight;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's library example works as shown. */
class ReadmeTest {

    private static final Path README = Path.of("README.md");

    /** The first code block of a language below a heading. */
    private static String block(String heading, String language) throws IOException {
        String section =
                Files.readString(README).split("\n## " + heading + "\n", 2)[1].split("\n## ", 2)[0];
        Matcher m =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(section);
        assertThat(m.find()).as("a block of %s below %s", language, heading).isTrue();
        return m.group(1);
    }

    @Test
    void theLibraryExampleCompilesAndRunsWithTheOptionsBelowIt(@TempDir Path folder) throws Exception {
        List<String> lines = run("As a library", "Example", folder);
        assertThat(lines.subList(0, 2)).containsExactly("y Tensor[1, 64, 32, 32]", "dTheta Tensor[100, 8, 1, 1]");
        long arrays = figure(lines.get(2), "arrays ");
        assertThat(arrays).isGreaterThan(250_000L * 64 * 4 * 4);
        assertThat(figure(lines.get(3), "process ")).isBetween(arrays, 2 * arrays);
    }

    @Test
    void theTrainingExampleCompilesAndLearns(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("net.json"), block("Training as a library", "json"));
        List<String> lines = run("Training as a library", "Learn", folder);
        assertThat(lines).hasSize(100);
        assertThat(loss(lines.getLast())).isLessThan(0.8 * loss(lines.getFirst()));
        assertThat(folder.resolve("weights.safetensors")).isNotEmptyFile();
    }

    private static double loss(String line) {
        return Double.parseDouble(line.split(" ", 2)[1]);
    }

    /** The lines that the first Java block below a heading prints, run in a folder. */
    private static List<String> run(String heading, String type, Path folder) throws Exception {
        Path source = folder.resolve(type + ".java");
        Files.writeString(source, block(heading, "java"));
        String classes = absolute(System.getProperty("java.class.path"));
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        StringWriter told = new StringWriter();
        try (StandardJavaFileManager files = javac.getStandardFileManager(null, null, null)) {
            List<String> options = List.of("-d", folder.toString(), "-cp", classes, "-Xlint:all,-path,-classfile");
            boolean compiled = javac.getTask(told, files, null, options, null, files.getJavaFileObjects(source))
                    .call();
            assertThat(compiled).as(told.toString()).isTrue();
            assertThat(told.toString()).isEmpty();
        }
        List<String> command = new ArrayList<>(
                Arrays.asList(block("As a library", "sh").strip().split(" ")));
        command.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.set(command.size() - 1, type);
        command.addAll(command.size() - 1, List.of("-cp", folder + File.pathSeparator + classes));
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
        return Files.readAllLines(output);
    }

    /** The class path, so that it holds in another folder too. */
    private static String absolute(String classes) {
        return Arrays.stream(classes.split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static long figure(String line, String name) {
        assertThat(line).startsWith(name);
        return Long.parseLong(line.substring(name.length()));
    }

    @Test
    void theLibraryCoordinatesMatchThePom() throws IOException {
        String pom = Files.readString(Path.of("pom.xml")).split("<name>", 2)[0];
        for (String line :
                block("As a library", "xml").lines().map(String::strip).toList()) {
            if (!line.contains("dependency>")) {
                assertThat(pom).contains(line);
            }
        }
    }
}
