package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** {@code farsight sweep}: what it does with its folder, and how it ends. */
class SweepTest {

    @TempDir
    private Path folder;

    private Cli.Result sweep(Object... args) {
        List<Object> all = new ArrayList<>(List.of("sweep", "--output", folder.resolve("out"), "--channels", "16"));
        all.addAll(List.of(args));
        return Cli.run(all.toArray());
    }

    private Cli.Result quick(Object... args) {
        List<Object> all = new ArrayList<>(List.of("--blocks", "se", "--n", "16"));
        all.addAll(List.of(args));
        return sweep(all.toArray());
    }

    private Path put(String name) throws IOException {
        Files.createDirectories(folder.resolve("out"));
        return Files.writeString(folder.resolve("out").resolve(name), "mine");
    }

    @Test
    void filesOfItsNamesAreReplacedOnlyWhenToldSo() throws IOException {
        for (String name : List.of("index.html", "points.json", "memory-n.png", "time-n.svg")) {
            Path file = put(name);
            quick().isBadInput(file.toString(), "--overwrite");
            quick("--resume").isBadInput(file.toString(), "--overwrite");
            assertThat(file).hasContent("mine");
            assertThat(folder.resolve("out/sweep.json")).doesNotExist();
            Files.delete(file);
        }
        Path page = put("index.html");
        Path notes = put("notes.txt");
        quick("--overwrite").succeeds();
        assertThat(page).content().contains("<html");
        assertThat(notes).hasContent("mine");
    }

    @Test
    void resumeStartsAnewWhereThereIsNothingAndGoesOnWhereThereIs() {
        assertThat(quick("--resume").succeeds().err()).contains("starts anew");
        assertThat(quick("--resume").succeeds().err()).contains("going on after 1 of 1 points");
        quick().isBadInput("holds a sweep already", "--resume");
        quick("--resume", "--overwrite").isBadInput("--resume or --overwrite, not both");
    }

    private List<String> blocks(Object... args) throws IOException {
        List<Object> all = new ArrayList<>(List.of("--n", "16,16", "--json", "--memory", "1B"));
        all.addAll(List.of(args));
        return JsonMapper.shared().readTree(sweep(all.toArray()).out()).findValuesAsString("block");
    }

    @Test
    void specsAreToldApartByTheirFoldersAndNumbers() throws IOException {
        Path other = Files.createDirectories(folder.resolve("a/snl")).resolve("spec.json");
        Files.writeString(other, "{\"block\":\"snl\",\"channels\":24}");
        String specs = String.join(
                ",",
                Cli.golden("gc-att-add").resolve("block.json").toString(),
                Cli.golden("snl").resolve("block.json").toString(),
                Cli.golden("snl").resolve("../snl/block.json").toString(),
                other.toString(),
                "snl");
        assertThat(blocks("--blocks", specs)).containsExactly("gc-att-add", "snl-2", "snl-3", "snl");
    }

    @Test
    void aBlockNamedTwiceIsMeasuredOnce() throws IOException {
        assertThat(blocks("--blocks", "se, gc,se")).containsExactly("se", "gc");
    }

    @Test
    void aSweepIsRefusedWhenEveryPointIs() {
        Cli.Result all = quick("--memory", "1B");
        assertThat(all.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(all.err()).contains("every point was refused", "the budget is 1 B");
        sweep("--blocks", "se", "--n", "16,65536", "--memory", "100kB", "--overwrite")
                .succeeds();
        assertThat(sweep("--help").succeeds().out()).contains("exit code is 3");
    }

    @Test
    void whatATimeTookIsToldAsInTheTable() {
        assertThat(quick().succeeds().err()).containsPattern("se N=16: [0-9.]+ [µm]?s, ");
    }
}
