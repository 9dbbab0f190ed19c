package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import farsight.cli.output.ExitCode;
import farsight.engine.Devices;
import farsight.engine.OnDevice;
import farsight.report.PointsCsv;
import farsight.sweep.Point;
import farsight.sweep.Status;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sweep spread over two devices, which PoCL simulates in a separate process. */
@OnDevice
class SpreadDeviceTest {

    @TempDir
    private Path folder;

    @Test
    void bothDevicesMeasurePointsAndThePlansOrderIsKept() throws IOException, InterruptedException {
        assumeThat(Devices.present())
                .as("PoCL")
                .anyMatch(e -> e.id().equals("opencl:0") && e.description().contains("Portable Computing Language"));
        List<String> words = new ArrayList<>();
        words.add(ProcessHandle.current().info().command().orElseThrow());
        words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), "farsight.cli.Main", "sweep"));
        words.addAll(List.of("--blocks", "se,gc", "--n", "16,64", "--channels", "16", "--pass", "forward"));
        words.addAll(List.of("--device", "opencl:0,opencl:1", "--spread", "--output", folder + "/out"));
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().put("POCL_DEVICES", "pthread pthread");
        Process p = builder.start();
        String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(p.waitFor()).as(said).isEqualTo(ExitCode.DONE);
        assertThat(said).contains("share this machine's cores");
        List<Point> points = PointsCsv.read(folder.resolve("out/points.csv"));
        assertThat(points).allMatch(q -> q.status() == Status.OK && q.kernelNanos() > 0);
        assertThat(points)
                .extracting(q -> q.block() + q.positions())
                .containsExactlyInAnyOrder("se16", "gc16", "se64", "gc64");
        assertThat(points).extracting(Point::device).contains("opencl:0", "opencl:1");
        assertThat(said.lines().filter(l -> l.matches("(se|gc) .*")).map(l -> l.replaceAll(" +.*opencl", " opencl")))
                .hasSize(4)
                .satisfies(rows -> assertThat(rows.get(0)).startsWith("se "))
                .satisfies(rows -> assertThat(rows.get(1)).startsWith("gc "));
        assertThat(folder.resolve("out/time-n.svg")).content().contains(">GC<").doesNotContain("GC, opencl");
    }
}
