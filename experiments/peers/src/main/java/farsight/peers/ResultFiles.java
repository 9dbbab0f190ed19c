package farsight.peers;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import farsight.data.OutputFiles;
import farsight.peers.problem.Side;
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
            "allocator",
            "layout",
            "onednn",
            "agrees",
            "search_min_ms",
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
                    c.ours().measured().passes().size() > 1
                            ? c.ours().measured().word(c.ours().pass())
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
                the least median: its threads, and `kept` or `huge` if the C library keeps what is freed, `channels last` \
                by the layout of maps, `no oneDNN` without that. `<` and `>` mark what misses its target. `of FMA` and \
                `of copy`: how much of the machine's rates above is reached in the least time, by our operations' flops \
                and by the bytes of their operands, each once; what stays in the caches may pass the second. Growth is \
                that of resident memory at its peak, inputs not counted; theirs the least of the settings measured.

                """);
        text.append(ResultTable.text(results, machine)).append("\n");
        results.stream()
                .filter(r -> !r.agrees())
                .map(r ->
                        "- %s: its results differ from ours by %.1e, so its times do not count".formatted(r, r.error()))
                .forEach(line -> text.append(line).append('\n'));
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
                Setting s = r.setting();
                csv.writeRecord(List.of(
                        r.measured().name(),
                        r.measured().sizes(),
                        r.measured().word(r.pass()),
                        s.side().toString(),
                        s.threadsText(),
                        s.allocator().toString(),
                        s.side() == Side.LIBTORCH ? (s.channelsLast() ? "channels last" : "channels first") : "",
                        s.side() == Side.LIBTORCH ? String.valueOf(s.oneDnn()) : "",
                        String.valueOf(r.agrees()),
                        number(r.searchMinMs()),
                        number(r.medianMs()),
                        number(r.minMs()),
                        String.valueOf(r.runs()),
                        number(r.work().flops()),
                        number(r.work().bytes()),
                        number(r.ofFlops(machine.roof())),
                        number(r.ofBytes(machine.roof())),
                        r.peakBytes() < 0 ? "" : String.valueOf(r.peakBytes()),
                        number(r.error()),
                        r.facts(),
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
