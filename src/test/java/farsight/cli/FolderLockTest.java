package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import farsight.cli.output.FolderLock;
import farsight.data.DataException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Only one command at a time writes to a folder, also across processes. */
@Timeout(120)
class FolderLockTest {

    @TempDir
    private Path folder;

    /** Holds a folder until its input ends, or says why it cannot. */
    static final class Holder {
        private Holder() {}

        public static void main(String... args) throws IOException {
            try (FolderLock _ = FolderLock.of(Path.of(args[0]), "sweep")) {
                System.out.println("locked");
                while (System.in.read() >= 0) {
                    // Nothing is asked of it.
                }
            } catch (DataException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    private static String said(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        while (line != null && line.startsWith("WARNING")) {
            line = lines.readLine();
        }
        return String.valueOf(line);
    }

    private Path lock() {
        return folder.resolve(FolderLock.NAME);
    }

    private static void refused(Path folder, long holder) {
        assertThatThrownBy(() -> FolderLock.of(folder, "chart"))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "process %d (sweep) is writing to %s; wait until it ends, or name another folder with --output"
                                .formatted(holder, folder));
    }

    @Test
    void aLockHoldsAcrossProcessesAndPathsUntilItsProcessEnds() throws IOException, InterruptedException {
        Process holder = Processes.start(Holder.class, folder);
        assertThat(said(holder.inputReader())).isEqualTo("locked");
        Path other = Files.createSymbolicLink(folder.resolve("link"), folder);
        for (int attempt = 0; attempt < 3; attempt++) {
            refused(folder, holder.pid());
            refused(other, holder.pid());
        }
        isKnownToTheSystem(holder.pid());
        Path out = folder.resolve(".");
        String saying = "process " + holder.pid() + " (sweep) is writing to " + out + ";";
        Cli.run("sweep", "--blocks", "se", "--n", "16", "--output", out).isBadInput(saying);
        Cli.run("sweep", "--blocks", "se", "--n", "16", "--output", out, "--overwrite")
                .isBadInput(saying);
        Cli.run("sweep", "--blocks", "se", "--n", "16", "--output", out, "--resume")
                .isBadInput(saying);
        Cli.run(Cli.inspection(out)).isBadInput(saying);
        assertThat(folder).isDirectoryContaining(p -> p.equals(lock())).isDirectoryNotContaining("glob:**.html");

        holder.destroyForcibly().waitFor();
        assertThat(lock()).as("of a killed process").exists();
        FolderLock.of(folder, "chart").close();
        assertThat(lock()).doesNotExist();
    }

    private void isKnownToTheSystem(long pid) throws IOException {
        Path locks = Path.of("/proc/locks");
        if (Files.isReadable(locks)) {
            String inode = String.valueOf(Files.getAttribute(lock(), "unix:ino"));
            assertThat(Files.readAllLines(locks))
                    .anyMatch(l -> l.contains("WRITE " + pid + " ") && l.contains(":" + inode + " "));
        }
    }

    @Test
    void aSecondAttemptInThisProcessKeepsTheLock() throws IOException, InterruptedException {
        try (FolderLock _ = FolderLock.of(folder, "sweep")) {
            refused(folder, ProcessHandle.current().pid());
            Process another = Processes.start(Holder.class, folder);
            assertThat(Processes.said(another)).contains("(sweep) is writing to " + folder + ";");
            assertThat(Processes.code(another)).isZero();
        }
        FolderLock.of(folder, "sweep").close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mine", "farsight", "farsight lock", "a text that is longer than any lock\n"})
    void aForeignFileIsNeitherEmptiedNorDeleted(String content) throws IOException {
        Files.writeString(lock(), content);
        isForeign();
        assertThat(lock()).hasContent(content);
        Files.delete(lock());
        Path precious = Files.writeString(folder.resolve("precious"), content);
        Files.createSymbolicLink(lock(), precious);
        isForeign();
        assertThat(lock()).isSymbolicLink();
        assertThat(precious).hasContent(content);
        Files.delete(lock());
        Files.createLink(lock(), precious);
        isForeign();
        assertThat(precious).hasContent(content);
    }

    @Test
    void danglingLinksAndFoldersAreNotLocks() throws IOException {
        Path nowhere = folder.resolve("nowhere");
        Files.createSymbolicLink(lock(), nowhere);
        isForeign();
        assertThat(nowhere).doesNotExist();
        Files.delete(lock());
        Files.createDirectory(lock());
        isForeign();
        assertThat(lock()).isDirectory();
    }

    private void isForeign() {
        Cli.run("sweep", "--blocks", "se", "--n", "16", "--channels", "16", "--overwrite", "--output", folder)
                .isBadInput(lock().toString(), "is not a lock of farsight");
        assertThat(Files.exists(lock(), LinkOption.NOFOLLOW_LINKS)).isTrue();
    }

    @Test
    void aLockLeftButNotDeletedIsTakenOver() throws IOException {
        for (String left : List.of("", "farsight lock: left\n", "farsight lock: process 1 (sweep)\n")) {
            Files.writeString(lock(), left);
            try (FolderLock _ = FolderLock.of(folder, "sweep")) {
                assertThat(lock())
                        .hasContent("farsight lock: process "
                                + ProcessHandle.current().pid() + " (sweep)");
            }
            assertThat(lock()).doesNotExist();
        }
    }

    @Test
    void anUnwritableFolderIsReportedInOneLine() {
        Path system = Path.of("/proc/self");
        assumeThat(system).isDirectory();
        assertThatThrownBy(() -> FolderLock.of(system, "sweep"))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("cannot lock /proc/self by the file ");
    }
}
