package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** {@code farsight sweep --resume}: which sweeps are resumed, and which are refused. */
class SweepResumeTest extends Sweeping {

    @Test
    void resumeContinuesASweepOrStartsANewOne() {
        assertThat(quick("--resume").succeeds().err()).contains("starts anew");
        assertThat(quick("--resume").succeeds().err()).contains("resuming after 1 of 1 points");
        quick().isBadInput("already holds a sweep", "--resume");
        quick("--resume", "--overwrite").isBadInput("--resume or --overwrite, not both");
    }

    private void refusesToGoOn(String saying, Object... args) {
        List<Object> all = new ArrayList<>(List.of(args));
        all.add("--resume");
        sweep(all.toArray())
                .isBadInput(
                        "cannot resume, because the new points would not be comparable with the old",
                        saying,
                        "--overwrite");
    }

    @Test
    void aSweepResumesOnlyWithUnchangedSettings() throws IOException {
        Path spec =
                Files.writeString(folder.resolve("mine.json"), "{\"block\":\"se\",\"channels\":16,\"reduction\":4}");
        Object[] asked = {"--blocks", spec, "--n", "16", "--threads", "1", "--time", "50", "--memory", "1GB"};
        sweep(asked).succeeds();
        List<Object> again = new ArrayList<>(List.of(asked));
        again.add("--resume");
        assertThat(sweep(again.toArray()).succeeds().err()).contains("resuming after 1 of 1 points");

        refusesToGoOn("1 thread, ", "--blocks", spec, "--n", "16", "--threads", "2", "--time", "50", "--memory", "1GB");
        refusesToGoOn(
                "time was 50.0 s and is now not given",
                "--blocks",
                spec,
                "--n",
                "16",
                "--threads",
                "1",
                "--memory",
                "1GB");
        refusesToGoOn(
                "memory was 1000000000 and is now not given",
                "--blocks",
                spec,
                "--n",
                "16",
                "--threads",
                "1",
                "--time",
                "50");
        Files.writeString(spec, "{\"block\":\"se\",\"channels\":16,\"reduction\":8}");
        refusesToGoOn("spec of mine was {\"block\":\"se\",\"channels\":16,\"reduction\":4", asked);
    }

    @Test
    void aSweepOfAnotherJavaOrMachineIsNotResumed() throws IOException {
        quick().succeeds();
        Path asked = folder.resolve("out/sweep.json");
        String text = Files.readString(asked);
        Files.writeString(asked, text.replace(Runtime.version().toString(), "25.0.1+1"));
        quick("--resume").isBadInput("Java was 25.0.1+1 and is now " + Runtime.version());
        Files.writeString(asked, text.replace("\"machine\" : \"", "\"machine\" : \"another "));
        quick("--resume").isBadInput("machine was another ");
        Files.writeString(asked, text);
        quick("--resume").succeeds();
    }

    private static final List<String> NO_SETTINGS = List.of(
            "",
            " ",
            "null",
            "[]",
            "3",
            "\"x\"",
            "true",
            "{}",
            "{",
            "{\"n\":\"[16]\"",
            "{\"n\":null}",
            "{\"n\":3}",
            "{\"n\":{}}",
            "{\"n\":\"a\",\"n\":\"a\"}",
            "{\"n\":\"[16]\"} x",
            "\u0000",
            "[".repeat(5000));

    @Test
    void anInvalidSweepFileIsReportedInOneLine() throws IOException {
        quick().succeeds();
        Path asked = folder.resolve("out/sweep.json");
        for (String content : NO_SETTINGS) {
            Files.writeString(asked, content);
            quick("--resume").isBadInput("cannot resume: " + asked + " is missing or not written by a sweep");
        }
        Files.write(asked, new byte[] {'{', (byte) 0xff, (byte) 0xfe, '}'});
        quick("--resume").isBadInput("cannot resume: ");
        Files.delete(asked);
        quick("--resume").isBadInput("cannot resume: ");
        Files.createDirectory(asked);
        quick("--resume").isBadInput("cannot resume: ");
        quick("--overwrite").isBadInput("sweep.json: it is a folder");
        Files.delete(asked);
        quick("--overwrite").succeeds();
    }

    @Test
    void invalidPointsAreReportedInOneLineThatNamesTheFile() throws IOException {
        quick().succeeds();
        Path points = folder.resolve("out/points.csv");
        List<String> lines = Files.readAllLines(points);
        String row = lines.get(1);
        for (String content : List.of(
                "hello\n",
                row + "\n" + row + "\n",
                lines.getFirst() + ",more\n" + row + "\n",
                String.join("\n", lines) + "\n" + row + "\n",
                lines.getFirst() + "\n" + row.replace(",ok,", ",fine,") + "\n",
                lines.getFirst() + "\n" + row.replace(",16,", ",-16,") + "\n",
                lines.getFirst() + "\n" + row.replace(",16,", ",NaN,") + "\n",
                lines.getFirst() + "\n\n" + row + "\n",
                lines.getFirst() + "\n" + row + ",1\n")) {
            Files.writeString(points, content);
            quick("--resume").isBadInput("cannot read " + points + ": line ");
            assertThat(points).as("is left as it was").hasContent(content);
        }
        Files.delete(points);
        Files.createDirectory(points);
        quick("--resume").isBadInput("cannot read " + points);
        quick("--overwrite").isBadInput("cannot replace " + points + ": it is a folder");
        assertThat(points).isDirectory();
    }

    @Test
    void aSpecWithAnyNameIsResumedAndIsNotAFormula() throws IOException {
        for (String name : List.of("=1+1", "@SUM(A1)", "a\nb", "<b>&amp;")) {
            Path spec = folder.resolve(name + ".json");
            Files.writeString(spec, "{\"block\":\"se\",\"channels\":16,\"reduction\":4}");
            sweep("--blocks", spec, "--n", "16", "--overwrite").succeeds();
            assertThat(Files.readAllLines(folder.resolve("out/points.csv")))
                    .hasSize(2)
                    .noneMatch(l -> l.matches("\"?\\s*[=+@\t-].*"));
            assertThat(folder.resolve("out/index.html")).content().doesNotContain("<b>&amp;");
            assertThat(sweep("--blocks", spec, "--n", "16", "--resume")
                            .succeeds()
                            .err())
                    .as(name)
                    .contains("resuming after 1 of 1 points");
            assertThat(Files.readAllLines(folder.resolve("out/points.csv"))).hasSize(2);
            Cli.run("chart", folder.resolve("out")).succeeds();
        }
    }

    @Test
    void aPhotographIsIdentifiedByItsContentNotItsName() throws IOException {
        Path photo = folder.resolve("photo.png");
        picture(photo, 0x336699);
        quick("--input", photo).succeeds();
        quick("--input", photo, "--resume").succeeds();
        picture(photo, 0x996633);
        quick("--input", photo, "--resume").isBadInput("SHA-256 of the features' file was ");
    }

    private static void picture(Path file, int color) throws IOException {
        BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
        image.setRGB(1, 2, color);
        ImageIO.write(image, "png", file.toFile());
    }
}
