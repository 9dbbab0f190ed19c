package farsight.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class OutputFilesTest {
    @TempDir
    Path folder;

    private static void writeText(Path target, String text) {
        OutputFiles.write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void theFileAppearsWholeAndAlone() {
        Path target = folder.resolve("a.txt");
        OutputFiles.write(target, out -> {
            out.write("whole".getBytes(StandardCharsets.UTF_8));
            out.flush();
            assertThat(target).doesNotExist();
        });
        assertThat(target).hasContent("whole");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(target));
    }

    @Test
    void anExistingFileIsReplaced() {
        Path target = folder.resolve("a.txt");
        writeText(target, "a longer old text");
        writeText(target, "new");
        assertThat(target).hasContent("new");
    }

    @Test
    void aFailureLeavesTheOldFileAndNothingElse() {
        Path target = folder.resolve("a.txt");
        writeText(target, "old");
        assertThatThrownBy(() -> OutputFiles.write(target, out -> {
                    out.write(new byte[1 << 20]);
                    throw new IOException("the source broke off");
                }))
                .isInstanceOf(DataException.class)
                .hasMessage("cannot write " + target + ": the source broke off");
        assertThatThrownBy(() -> OutputFiles.write(target, out -> {
                    throw new UncheckedIOException(new IOException("the stream broke off"));
                }))
                .isInstanceOf(DataException.class)
                .hasMessageEndingWith("the stream broke off");
        assertThatThrownBy(() -> OutputFiles.write(target, out -> {
                    throw new IllegalStateException("a mistake");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(target).hasContent("old");
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(target));
    }

    @Test
    void aBodyMayCloseItsStream() {
        Path target = folder.resolve("a.txt");
        OutputFiles.write(target, out -> {
            out.write('x');
            out.close();
        });
        assertThat(target).hasContent("x");
    }

    @Test
    void aLongFileNameWorks() {
        Path target = folder.resolve("n".repeat(255));
        writeText(target, "x");
        assertThat(target).hasContent("x");
    }

    @Test
    void aSymbolicLinkIsFollowed() throws IOException {
        Path real = folder.resolve("real");
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("real"));
        writeText(link, "made");
        assertThat(real).hasContent("made");
        writeText(link, "replaced");
        assertThat(real).hasContent("replaced");
        assertThat(link).isSymbolicLink();
    }

    @Test
    void aDeviceIsWrittenToAndStays() {
        Path device = Path.of("/dev/null");
        assumeTrue(Files.exists(device));
        writeText(device, "x");
        assertThat(Files.isRegularFile(device)).isFalse();
        assertThat(device).exists();
    }

    @Test
    void aMissingFolderIsNamed() {
        Path target = folder.resolve("none").resolve("a.txt");
        assertThatThrownBy(() -> writeText(target, "x"))
                .isInstanceOf(DataException.class)
                .hasMessage("cannot write " + target + ": the folder " + target.getParent() + " does not exist");
    }

    @Test
    void aFolderIsNotATarget() {
        assertThatThrownBy(() -> writeText(folder, "x"))
                .isInstanceOf(DataException.class)
                .hasMessage("cannot write " + folder + ": it is a folder, expected a file name");
    }

    @Test
    void aFileIsNotAFolder() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> writeText(file.resolve("a.txt"), "x"))
                .isInstanceOf(DataException.class)
                .hasMessageEndingWith(file + " is not a folder");
        assertThatThrownBy(() -> OutputFiles.directory(file))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("it is a file, expected a folder");
        assertThatThrownBy(() -> OutputFiles.directory(file.resolve("a").resolve("b")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void aFolderThatCannotBeWrittenToIsOneLine() {
        // Not even the superuser makes files there.
        Path folder = Path.of("/proc/self");
        assumeTrue(Files.isDirectory(folder));
        assertThatThrownBy(() -> OutputFiles.directory(folder))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("cannot write into the folder /proc/self: ");
        assertThatThrownBy(() -> writeText(folder.resolve("a.txt"), "x"))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("cannot write /proc/self/a.txt: ");
    }

    @Test
    void aFolderIsCreatedEmptyWithItsParents() {
        Path made = OutputFiles.directory(folder.resolve("a").resolve("b"));
        assertThat(made).isEmptyDirectory();
        assertThat(OutputFiles.directory(made)).isEqualTo(made);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFolderThatCannotBeCreatedIsReported() {
        assertThatThrownBy(() -> OutputFiles.directory(Path.of("/proc/farsight")))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("cannot write into the folder /proc/farsight: ")
                .hasMessageNotContaining("Exception");
    }
}
