package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.NamedBlock;
import farsight.cli.output.ExitCode;
import farsight.cli.output.FolderLock;
import farsight.engine.Engine;
import farsight.engine.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** {@code farsight sweep}: its folder and its exit codes. */
class SweepTest extends Sweeping {

    private Path put(String name) throws IOException {
        Files.createDirectories(folder.resolve("out"));
        return Files.writeString(folder.resolve("out").resolve(name), "mine");
    }

    @Test
    void filesWithItsNamesAreReplacedOnlyWithOverwrite() throws IOException {
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

    private List<String> blocks(Object... args) throws IOException {
        List<Object> all = new ArrayList<>(List.of("--n", "16,16", "--json", "--memory", "1B"));
        all.addAll(List.of(args));
        return JsonMapper.shared().readTree(sweep(all.toArray()).out()).findValuesAsString("block");
    }

    @Test
    void specsAreNamedByTheirFoldersAndNumbers() throws IOException {
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
    void sizesOnTheCommandLineDoNotChangeASpec() throws IOException {
        Path spec = Files.writeString(folder.resolve("mine.json"), "{\"block\":\"se\",\"channels\":48}");
        sweep("--blocks", spec, "--n", "16", "--channels", "32").isBadInput("--channels has no effect");
        sweep("--blocks", spec, "--n", "16", "--d", "5").isBadInput("--d has no effect");
        assertThat(folder.resolve("out")).doesNotExist();
        Cli.Result mixed = sweep("--blocks", spec + ",se", "--n", "16");
        assertThat(mixed.succeeds().err()).contains("mine: C and d come from the spec");
        assertThat(sweep("--blocks", "se", "--n", "16", "--d", "5", "--overwrite")
                        .succeeds()
                        .err())
                .contains("--d has no effect: none of these blocks has a d");
    }

    @Test
    void settingsRecordTheMeasuredSizes() throws IOException {
        Path spec = Files.writeString(folder.resolve("mine.json"), "{\"block\":\"se\",\"channels\":48}");
        Path asked = folder.resolve("out/sweep.json");
        sweep("--blocks", spec, "--n", "16").succeeds();
        assertThat(asked).content().contains("\\\"channels\\\":48").doesNotContain("\"channels\" :", "\"d\" :");
        sweep("--blocks", "latentgnn", "--n", "16", "--d", "4", "--overwrite").succeeds();
        assertThat(asked).content().contains("\"channels\" : \"16\"", "\"d\" : \"[4]\"");
    }

    @Test
    void theTitleNamesTheComparedBlocks() {
        Path page = folder.resolve("out/index.html");
        sweep("--blocks", "se,nonlocal,snl", "--n", "16").succeeds();
        assertThat(page).content().contains("<h1>Memory and time of SE, Non-local and SNL</h1>");
        quick("--overwrite").succeeds();
        assertThat(page).content().contains("<title>Memory and time of SE – Farsight</title>");
        sweep("--preset", "quick", "--n", "16", "--blocks", "se,gc,snl,nonlocal,dense", "--overwrite")
                .succeeds();
        assertThat(page).content().contains("<h1>Memory and time of 5 blocks</h1>");
    }

    @Test
    void twoSweepsDoNotShareAFolder() throws IOException {
        quick().succeeds();
        Path out = folder.resolve("out");
        try (FolderLock _ = FolderLock.of(out, "sweep")) {
            quick("--overwrite").isBadInput("(sweep) is writing to " + out + ";");
            quick("--resume").isBadInput("(sweep) is writing to " + out + ";");
        }
        assertThat(quick("--resume").succeeds().err()).contains("resuming after 1 of 1 points");
        quick().isBadInput("already holds a sweep");
        assertThat(out.resolve(FolderLock.NAME)).doesNotExist();
    }

    @Test
    void aBlockNamedTwiceIsMeasuredOnce() throws IOException {
        assertThat(blocks("--blocks", "se, gc,se")).containsExactly("se", "gc");
    }

    @Test
    void aNameIsTheSameBlockInEveryCommand() throws IOException {
        for (String name : NamedBlock.names()) {
            Object[] one = {"describe", "--block", name, "--channels", "16", "--json"};
            List<Object> described = new ArrayList<>(List.of(one));
            if (NamedBlock.of(name).orElseThrow().latent()) {
                described.addAll(List.of("--d", "8"));
            }
            String spec = JsonMapper.shared()
                    .readTree(Cli.run(described.toArray()).succeeds().out())
                    .get("spec")
                    .toString();
            String swept = sweep("--blocks", name, "--n", "16", "--d", "8", "--memory", "1B", "--json", "--overwrite")
                    .out();
            assertThat(JsonMapper.shared().readTree(swept).findValuesAsString("spec"))
                    .as(name)
                    .containsExactly(spec);
        }
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
    void progressShowsTimesAsTheTableDoes() {
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
        assertThat(again.succeeds().err()).contains("resuming after 4 of 4 points", "se N=16 on java: ");
        sweep("--blocks", "se", "--n", "16,64", "--device", "vector,java", "--resume")
                .isBadInput("device was java,vector and is now vector,java");
        sweep("--device", "vector,nowhere:0").isBadInput("no device 'nowhere:0'");
    }

    @Test
    void librariesThatCannotBeCalledAreRefused() {
        String only = "cuBLAS runs only on devices of TornadoVM's CUDA backend; %s is not one";
        quick("--libraries").isBadInput("--libraries: " + only.formatted("vector"));
        quick("--libraries", "--device", "java,vector").isBadInput(only.formatted("java"));
        quick("--device", "java+cublas").isBadInput(only.formatted("java"));
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void pointsAreNotSpreadOverEnginesOfTheJvm() {
        quick("--spread").isBadInput("--spread needs TornadoVM devices, and vector runs on");
        quick("--spread", "--device", "java,vector").isBadInput("and java runs on this machine's cores");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void allIsEveryDeviceExceptThePlainLoops() throws IOException {
        assertThat(devices("--device", "all"))
                .contains("vector")
                .doesNotContain("java")
                .hasSize(2 * (Engines.present().size() - 1));
    }

    @Test
    void aNoteSaysThatAllLeavesOutThePlainLoops() {
        String devices = String.join(
                ", ",
                Engines.present().stream()
                        .map(Engine::id)
                        .filter(id -> !id.equals("java"))
                        .toList());
        assertThat(quick("--device", "all").succeeds().err()).contains("all devices except java: " + devices);
        assertThat(quick("--overwrite").succeeds().err()).doesNotContain("all devices");
        String help = Cli.run("sweep", "--help").succeeds().out().replaceAll("\\s+", " ");
        assertThat(help)
                .contains("--device=D,...", "separated by commas; all is every device except java")
                .containsSubsequence("--pass=PASS", "--device=D,...", "--threads=T", "--time=SECONDS");
        assertThat(Cli.run("check", "--help").succeeds().out()).doesNotContain("commas");
    }

    @Test
    void onlyASweepsCompletionOffersAListAndAll() {
        String script = Cli.run("completion").succeeds().out();
        assertThat(function(script, "sweep")).contains("\"vector\" \"java\" ", " \"all\" \"vector,java");
        assertThat(function(script, "apply")).contains("\"vector\" \"java\"").doesNotContain("\"all\"", "vector,java");
    }

    private static String function(String script, String command) {
        String start = "function _picocli_farsight_" + command + "() {";
        int from = script.indexOf(start);
        assertThat(from).isPositive();
        return script.substring(from, script.indexOf("\n}", from));
    }

    @Test
    void aPointIsRefusedByTheRateOfThePreviousOne() {
        Cli.Result result = sweep("--blocks", "se", "--n", "16,4096", "--time", "1e-9");
        assertThat(result.succeeds().err())
                .contains("se N=4,096: refused, would take about ", " at the rate of N = 16; the limit is ")
                .doesNotContain("se N=16: refused");
        sweep("--time", "0").isBadInput("--time must be more than 0 seconds");
    }

    /** 7 positions make a row, which cannot be pooled 2×2; 16 make a square. */
    @Test
    void aSweepFailsOnlyIfItMeasuredNothing() throws IOException {
        Path spec = Files.writeString(
                folder.resolve("pooled.json"), "{\"block\":\"nonlocal\",\"channels\":16,\"subSample\":true}");
        Cli.Result none = sweep("--blocks", spec, "--n", "5,7");
        assertThat(none.code()).isEqualTo(ExitCode.FAILED);
        assertThat(none.err())
                .contains("no point could be measured; the first that failed: subSample pools 2×2")
                .contains("pooled N=7: failed, ");
        Cli.Result some = sweep("--blocks", spec, "--n", "7,16", "--overwrite");
        assertThat(some.succeeds().err()).contains("pooled N=7: failed, ").doesNotContain("no point");
        assertThat(some.out()).containsPattern("pooled +- +16 +both +ok");
        Cli.Result refused = sweep("--blocks", spec, "--n", "7,16", "--memory", "1B", "--overwrite");
        assertThat(refused.code()).as("failed and refused").isEqualTo(ExitCode.FAILED);
    }

    @Test
    void sizesThatOverflowALongAreRefused() {
        Cli.Result result = sweep("--blocks", "latentgnn", "--d", "4,2147483647", "--n", "16");
        assertThat(result.succeeds().err())
                .contains("d=2147483647 N=16: refused, would take more than 2^63 bytes or operations");
    }

    @Test
    void allCannotBePartOfAList() {
        quick("--device", "all,vector").isBadInput("--device all cannot be part of a list: all,vector");
    }

    @Test
    void positionsThatNoGridHasAreBadUsage() {
        sweep("--n", "16,3000000000").isBadInput("--n: at most 2,147,483,647, not 3,000,000,000");
        assertThat(folder.resolve("out")).doesNotExist();
    }
}
