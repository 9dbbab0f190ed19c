package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Engines;
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

    private List<String> devices(Object... args) throws IOException {
        List<Object> all = new ArrayList<>(List.of("--blocks", "se", "--n", "16,64", "--json"));
        all.addAll(List.of(args));
        return JsonMapper.shared()
                .readTree(sweep(all.toArray()).succeeds().out())
                .findValuesAsString("device");
    }

    @Test
    void everyPointIsMeasuredOnEachDeviceNamedInTurn() throws IOException {
        assertThat(devices("--device", "java, vector,java")).containsExactly("java", "vector", "java", "vector");
        assertThat(folder.resolve("out/time-n.svg")).content().contains("SE, java", "SE, vector");
        assertThat(folder.resolve("out/index.html")).content().contains("<th scope=\"col\">Device</th>");
        Cli.Result again = sweep("--blocks", "se", "--n", "16,64", "--device", "java,vector", "--resume");
        assertThat(again.succeeds().err()).contains("going on after 4 of 4 points", "se N=16 on java: ");
        sweep("--blocks", "se", "--n", "16,64", "--device", "vector,java", "--resume")
                .isBadInput("device was java,vector and is now vector,java");
        sweep("--device", "vector,nowhere:0").isBadInput("no device 'nowhere:0'");
    }

    @Test
    void librariesThatCannotBeCalledAreRefused() {
        quick("--libraries").isBadInput("--libraries: no kernel of a library can be called");
        quick("--libraries", "--device", "java,vector").isBadInput("--libraries: no kernel of a library");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void allIsEveryDeviceButThePlainLoops() throws IOException {
        assertThat(devices("--device", "all"))
                .contains("vector")
                .doesNotContain("java")
                .hasSize(2 * (Engines.present().size() - 1));
    }

    @Test
    void aPointThatWouldTakeTooLongIsRefusedByTheRateOfTheOneBefore() {
        Cli.Result result = sweep("--blocks", "se", "--n", "16,4096", "--time", "1e-9");
        assertThat(result.succeeds().err())
                .contains("se N=4,096: refused, would take about ", " at the rate of N = 16; the limit is ")
                .doesNotContain("se N=16: refused");
        sweep("--time", "0").isBadInput("--time must be more than 0 seconds");
    }
}
