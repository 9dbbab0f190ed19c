package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.NamedBlock;
import farsight.cli.output.ExitCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command {@code advise}. */
class AdviseTest {

    private static Cli.Result advise(Object... args) {
        List<Object> all = new ArrayList<>(List.of("advise"));
        all.addAll(Arrays.asList(args));
        return Cli.run(all.toArray());
    }

    private static JsonNode json(Cli.Result result) {
        return JsonMapper.shared().readTree(result.succeeds().out());
    }

    @Test
    void everyNamedBlockOfTheClassPathIsListedOnceWithDescribesBytes() {
        JsonNode advice = json(advise("--n", "900", "--channels", "16", "--d", "4", "--measure", "0", "--json"));
        List<String> names = new ArrayList<>();
        for (JsonNode block : advice.get("blocks")) {
            names.add(block.get("block").stringValue());
            List<Object> words = new ArrayList<>(List.of(
                    "describe",
                    "--json",
                    "--n",
                    "900",
                    "--spec",
                    block.get("spec").toString()));
            assertThat(block.get("predictedBytes"))
                    .isEqualTo(json(Cli.run(words.toArray()))
                            .get("passes")
                            .get("both")
                            .get("predictedBytes"));
            assertThat(block.get("time").get("nanos").isNull()).isTrue();
        }
        assertThat(names).isEqualTo(NamedBlock.names()).contains("mean-context");
    }

    @Test
    void timesAreMeasuredHereAndThoseOfSmallerNAreMarkedAsPredicted() {
        JsonNode advice = json(advise(
                "--n", "64", "--channels", "16", "--blocks", "se", "--time", "10s", "--measure", "2s", "--json"));
        assertThat(advice.get("blocks").get(0).get("time").get("measured").booleanValue())
                .isTrue();
        String text = advise(
                        "--n",
                        "16777216",
                        "--channels",
                        "16",
                        "--blocks",
                        "se",
                        "--measure",
                        "100ms",
                        "--device",
                        "java")
                .succeeds()
                .out();
        assertThat(text).contains("~ predicted, not measured").containsPattern("~[\\d.,]+ m?s");
    }

    @Test
    void whereNothingFitsTheExitCodeIsThatOfRefusalsAndTheTableSaysWhichNWould() {
        Cli.Result result = advise("--n", "100000", "--memory", "1MB", "--blocks", "gc,nonlocal", "--measure", "0");
        assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(result.out()).contains("does not fit: 2 of 2", "(memory)", "Take: none");
        assertThat(result.err()).contains("no block fits");
    }

    @Test
    void noLineIsWiderThanAHundredColumns() {
        assertThat(advise("--n", "500x500", "--channels", "256", "--memory", "2GB", "--measure", "0")
                        .succeeds()
                        .out()
                        .lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    }

    @Test
    void aTrainedAffinityTellsWhichDCouldHoldIt() {
        var golden = Cli.golden("nonlocal-gaussian");
        JsonNode advice = json(advise(
                "--n",
                "64",
                "--channels",
                "16",
                "--blocks",
                "latentgnn",
                "--measure",
                "0",
                "--json",
                "--spec",
                golden.resolve("block.json"),
                "--weights",
                golden.resolve("weights.safetensors"),
                "--input",
                golden.resolve("input.safetensors")));
        JsonNode d = advice.get("trained").get("affinities").get(0).get("d");
        assertThat(d.get("90 %").intValue()).isBetween(1, d.get("95 %").intValue());
        assertThat(d.get("95 %").intValue()).isLessThanOrEqualTo(d.get("99 %").intValue());
    }

    @Test
    void badInputsEachGetOneLine() {
        advise().isBadInput("--n");
        advise("--n", "lots").isBadInput("--n", "500x500");
        advise("--n", "0").isBadInput("--n", "at least 1");
        advise("--n", "64", "--channels", "0").isBadInput("--channels", "not 0");
        advise("--n", "64", "--d", "0").isBadInput("--d", "least is 1");
        advise("--n", "64", "--d", "9999999999").isBadInput("--d", "2,147,483,647");
        advise("--n", "64", "--time", "50").isBadInput("--time", "no unit", "50ms");
        advise("--n", "64", "--time", "0").isBadInput("--time", "more than 0");
        advise("--n", "64", "--time", "soon").isBadInput("--time", "not a time", "50ms");
        advise("--n", "64", "--time", "5 weeks").isBadInput("--time", "unknown unit 'weeks'");
        advise("--n", "64", "--time", "1s", "--measure", "0").isBadInput("--time", "--measure 0");
        advise("--n", "64", "--pass", "back").isBadInput("--pass", "forward, both");
        advise("--n", "64", "--blocks", "nonlocl").isBadInput("--blocks", "did you mean \"nonlocal\"?");
        advise("--n", "64", "--memory", "big").isBadInput("--memory", "8GB");
        advise("--n", "64", "--device", "gpu").isBadInput("'gpu'");
        advise("--n", "64", "--weights", "w.safetensors").isBadInput("--weights", "--input");
        advise("--n", "64", "--input", "x.png").isBadInput("--input", "--weights");
        advise("--n", "64", "--prefix", "a.").isBadInput("--prefix", "--weights");
        advise("--n", "64", "--weights", "w.safetensors", "--input", "x.png").isBadInput("w.safetensors");
    }
}
