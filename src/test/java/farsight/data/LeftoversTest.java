package farsight.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Temporary files left by killed processes. */
@Timeout(60)
class LeftoversTest {

    @TempDir
    private Path folder;

    /** Writes half a file, says so, and the other half when its input ends. */
    static final class Slow {
        private Slow() {}

        public static void main(String... args) {
            OutputFiles.write(Path.of(args[0]), out -> {
                out.write("first ".getBytes(StandardCharsets.UTF_8));
                out.flush();
                System.out.println("half");
                while (System.in.read() >= 0) {
                    // Nothing is asked of it.
                }
                out.write("second".getBytes(StandardCharsets.UTF_8));
            });
        }
    }

    private static Process half(Path target) throws IOException {
        List<String> words = new ArrayList<>();
        words.add(ProcessHandle.current().info().command().orElseThrow());
        words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), Slow.class.getName(), target.toString()));
        Process p = new ProcessBuilder(words).redirectErrorStream(true).start();
        BufferedReader lines = p.inputReader();
        String line = lines.readLine();
        while (line != null && !line.equals("half")) {
            line = lines.readLine();
        }
        assertThat(line).isEqualTo("half");
        return p;
    }

    private static void write(Path target, String text) {
        OutputFiles.write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    private List<String> there() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aTemporaryFileIsDeletedOnlyAfterItsProcessWasKilled() throws IOException, InterruptedException {
        Path target = folder.resolve("a.txt");
        Process slow = half(target);
        assertThat(there()).singleElement().asString().matches("\\.a\\.txt\\.[0-9a-f]{16}\\.part");
        write(target, "another's");
        OutputFiles.directory(folder);
        assertThat(there()).hasSize(2).contains("a.txt");
        slow.outputWriter().close();
        assertThat(slow.waitFor()).isZero();
        assertThat(there()).containsExactly("a.txt");
        assertThat(target).hasContent("first second");

        for (Runnable next : List.<Runnable>of(() -> write(target, "new"), () -> OutputFiles.directory(folder))) {
            half(target).destroyForcibly().waitFor();
            assertThat(there()).hasSize(2);
            next.run();
            assertThat(there()).containsExactly("a.txt");
        }
        assertThat(target).hasContent("new");
    }

    @Test
    void otherFilesAreKept() throws IOException {
        String hex = ".0123456789abcdef";
        Path precious = Files.writeString(folder.resolve("precious"), "mine");
        Files.createSymbolicLink(folder.resolve(".a.txt" + hex + ".part"), precious);
        Files.createDirectory(folder.resolve(".a.txt.f" + hex.substring(2) + ".part"));
        for (String name : List.of(".a.txt.0123.part", "a.txt" + hex + ".part", ".a.txt" + hex + ".parts", "." + hex)) {
            Files.writeString(folder.resolve(name), "mine");
        }
        Path another = Files.writeString(folder.resolve(".b.txt" + hex + ".part"), "left of another file");
        List<String> before = there();
        write(folder.resolve("a.txt"), "x");
        assertThat(there()).containsAll(before).hasSize(before.size() + 1);
        OutputFiles.directory(folder);
        assertThat(another).doesNotExist();
        assertThat(there()).hasSize(before.size());
        assertThat(precious).hasContent("mine");
        assertThat(Files.exists(folder.resolve(".a.txt" + hex + ".part"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
    }

    @Test
    void aBatchOfFilesAppearsCompletelyOrNotAtAll() {
        Path old = folder.resolve("old");
        write(old, "old");
        try (OutputBatch batch = new OutputBatch()) {
            batch.add(folder.resolve("one"), out -> out.write('1'));
            batch.add(old, out -> out.write('2'));
            assertThat(folder.resolve("one")).doesNotExist();
            assertThatThrownBy(() -> batch.add(folder.resolve("none/three"), out -> out.write('3')))
                    .isInstanceOf(DataException.class);
        }
        assertThat(there()).containsExactly("old");
        assertThat(old).hasContent("old");
        try (OutputBatch batch = new OutputBatch()) {
            batch.add(folder.resolve("one"), out -> out.write('1'));
            batch.add(old, out -> out.write('2'));
            batch.commit();
        }
        assertThat(there()).containsExactly("old", "one");
        assertThat(old).hasContent("2");
    }

    @Test
    void ifOneFileCannotBeWrittenNoneAppears() throws IOException {
        Path taken = folder.resolve("taken");
        try (OutputBatch batch = new OutputBatch()) {
            batch.add(folder.resolve("one"), out -> out.write('1'));
            batch.add(taken, out -> out.write('2'));
            Files.createDirectories(taken.resolve("by a folder"));
            assertThatThrownBy(batch::commit).hasMessageStartingWith("cannot write " + taken + ": ");
        }
        assertThat(there()).containsExactly("taken");
    }
}
