package farsight.peers;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import farsight.data.OutputFiles;
import farsight.report.chart.PeersChart;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A run's results as CSV, as the table, and as a chart. */
final class ResultFiles {

    private static final List<String> COLUMNS = List.of(
            "case",
            "sizes",
            "pass",
            "side",
            "threads",
            "median_ms",
            "min_ms",
            "runs",
            "flops",
            "bytes_moved",
            "of_fma",
            "of_copy",
            "peak_bytes",
            "difference",
            "version",
            "processor",
            "cores",
            "memory_bytes",
            "fma_flops_per_second",
            "copy_bytes_per_second",
            "java",
            "load",
            "date");

    private ResultFiles() {}

    /** Writes {@code peers.csv}, {@code .md}, {@code .svg} and {@code .png} into a folder named after the processor. */
    static Path write(List<Result> results, Machine machine, Path output) throws IOException {
        Path folder = OutputFiles.directory(output.resolve(slug(machine.processor())));
        write(folder.resolve("peers.csv"), csv(results, machine).getBytes(StandardCharsets.UTF_8));
        write(folder.resolve("peers.md"), markdown(results, machine).getBytes(StandardCharsets.UTF_8));
        List<PeersChart.Row> rows = rows(results);
        if (!rows.isEmpty()) {
            PeersChart chart = new PeersChart(
                    rows,
                    "%s, %d cores; Java %s; %s"
                            .formatted(machine.processor(), Setting.CORES, machine.java(), machine.date()));
            write(folder.resolve("peers.svg"), chart.svg().getBytes(StandardCharsets.UTF_8));
            write(folder.resolve("peers.png"), chart.png());
        }
        return folder;
    }

    private static void write(Path file, byte[] bytes) {
        OutputFiles.write(file, out -> out.write(bytes));
    }

    private static String slug(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    }

    private static List<PeersChart.Row> rows(List<Result> results) {
        List<PeersChart.Row> rows = new ArrayList<>();
        for (Comparison c : Comparison.of(results)) {
            boolean blas = c.theirs().setting().side() == Side.OPENBLAS;
            rows.add(new PeersChart.Row(
                    c.ours().measured().name() + (blas ? " (OpenBLAS)" : ""),
                    c.ours().measured() instanceof Case.OfBlock
                            ? c.ours().pass().toString()
                            : "",
                    c.speed(),
                    c.target(),
                    c.memory(),
                    Comparison.MEMORY_TARGET));
        }
        return rows;
    }

    private static String markdown(List<Result> results, Machine machine) {
        StringBuilder text = new StringBuilder("""
                # Farsight beside its peers

                Made by `make peers`; [how](../../README.md). Medians and minima of all runs, theirs of the setting with \
                the least median; `<` and `>` mark what misses its target. `of FMA` and `of copy`: how much of \
                the machine's rates above our operations reach in the least time, by their flops and by the bytes of \
                their operands, each once; what stays in the caches may pass the second. Growth is that of resident memory at its \
                peak, inputs not counted.

                """);
        text.append(ResultTable.text(results, machine)).append("\n");
        results.stream()
                .filter(r -> !r.facts().isEmpty())
                .map(r -> "- " + r.setting().side() + ": " + r.facts())
                .distinct()
                .forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    private static String csv(List<Result> results, Machine machine) throws IOException {
        StringWriter text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
            csv.writeRecord(COLUMNS);
            for (Result r : results) {
                String version = results.stream()
                        .filter(o -> o.setting().side() == r.setting().side())
                        .map(Result::facts)
                        .filter(f -> !f.isEmpty())
                        .findFirst()
                        .orElse("");
                boolean ours = r.setting().side() == Side.FARSIGHT;
                csv.writeRecord(List.of(
                        r.measured().name(),
                        r.measured().sizes(),
                        r.pass().toString(),
                        r.setting().side().toString(),
                        r.setting().threadsText(),
                        number(r.medianMs()),
                        number(r.minMs()),
                        String.valueOf(r.runs()),
                        ours ? String.valueOf(r.program().flops()) : "",
                        ours ? String.valueOf(r.program().bytesMoved()) : "",
                        ours ? number(r.ofFlops(machine.roof())) : "",
                        ours ? number(r.ofBytes(machine.roof())) : "",
                        r.peakBytes() < 0 ? "" : String.valueOf(r.peakBytes()),
                        number(r.error()),
                        version,
                        machine.processor(),
                        String.valueOf(Setting.CORES),
                        String.valueOf(machine.memoryBytes()),
                        number(machine.roof().flops()),
                        number(machine.roof().bytes()),
                        machine.java(),
                        number(machine.load()),
                        machine.date()));
            }
        }
        return text.toString();
    }

    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.6g", value) : "";
    }
}
