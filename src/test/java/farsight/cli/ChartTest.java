package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChartTest {

    @TempDir
    private Path folder;

    private Path sweep;

    @BeforeEach
    void aSweep() {
        sweep = folder.resolve("sweep");
        Cli.run("sweep", "--blocks", "gc", "--n", "64,128", "--channels", "16", "--output", sweep)
                .succeeds();
    }

    @Test
    void redrawsInTheSweepsOwnFolder() throws IOException {
        Files.delete(sweep.resolve("memory-n.svg"));
        Cli.run("chart", sweep).succeeds();
        assertThat(sweep.resolve("memory-n.svg")).isNotEmptyFile();
        // The same folder by another name is still its own.
        Cli.run("chart", sweep.resolve("points.json"), "--output", sweep.resolve("."))
                .succeeds();
    }

    @Test
    void anUnfinishedSweepIsReportedWithHowToResume() throws IOException {
        Files.delete(sweep.resolve("points.json"));
        Cli.run("chart", sweep).isBadInput("points.json is missing", "--resume");
    }

    @Test
    void drawsIntoANewFolder() {
        Path redrawn = folder.resolve("redrawn");
        Cli.run("chart", sweep, "--output", redrawn).succeeds();
        assertThat(redrawn.resolve("index.html")).isNotEmptyFile();
    }

    @Test
    void replacesForeignFilesOnlyWithOverwrite() throws IOException {
        Path page = Files.createDirectories(folder.resolve("site")).resolve("index.html");
        Files.writeString(page, "a page of somebody's own");
        Cli.run("chart", sweep, "--output", page.getParent()).isBadInput("index.html already exists; --overwrite");
        assertThat(page).hasContent("a page of somebody's own");
        Cli.run("chart", sweep, "--output", page.getParent(), "--overwrite").succeeds();
        assertThat(page).content().contains("<html");
    }
}
