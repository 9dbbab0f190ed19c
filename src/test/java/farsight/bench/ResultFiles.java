package farsight.bench;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import farsight.block.Pass;
import farsight.data.OutputFiles;
import farsight.engine.Bytes;
import farsight.engine.HostMemory;
import farsight.engine.Processor;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Param;

/** A run's results as CSV, and as a table in Markdown, which is printed too. */
final class ResultFiles {

    private static final List<String> COLUMNS = List.of(
            "kind",
            "name",
            "pass",
            "sizes",
            "device",
            "flops",
            "bytes",
            "median_ms",
            "min_ms",
            "mean_ms",
            "mean_error_ms",
            "samples",
            "gflop_per_s",
            "gb_per_s",
            "fraction_of_fma",
            "fraction_of_copy",
            "processor",
            "cores",
            "memory_bytes",
            "java",
            "date");

    /** What a run of everything on one device leaves: the machine's two, each operation, each block's passes. */
    private static final int ALL = 2 + Operation.values().length + blocks() * Pass.values().length;

    private final List<Row> rows;
    private final double fma;
    private final double copy;
    private final int cores = Runtime.getRuntime().availableProcessors();
    private final String date =
            ZonedDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'"));

    private ResultFiles(List<Row> rows) {
        this.rows = rows;
        this.fma = rate(rows, "fma");
        this.copy = rate(rows, "copy");
    }

    private static int blocks() {
        try {
            return BlockBenchmark.class
                    .getField("block")
                    .getAnnotation(Param.class)
                    .value()
                    .length;
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes both files. */
    static void write(List<Row> rows) throws IOException {
        if (rows.isEmpty()) {
            System.out.println("Nothing to write: no benchmark measured the time of a run.");
            return;
        }
        List<String> devices = rows.stream()
                .filter(row -> !row.kind().equals("machine"))
                .map(Row::device)
                .distinct()
                .toList();
        boolean complete = rows.size() == ALL && devices.size() == 1;
        Path folder = OutputFiles.directory(complete ? Path.of("experiments", "bench") : Path.of("target", "bench"));
        String device = devices.size() == 1 && !devices.contains("vector") ? " " + devices.getFirst() : "";
        String name = slug(Processor.name() + device);
        ResultFiles files = new ResultFiles(rows);
        String table = files.markdown();
        write(folder.resolve(name + ".csv"), files.csv());
        write(folder.resolve(name + ".md"), table);
        System.out.println();
        System.out.println(table);
        System.out.println("Written to " + folder.resolve(name) + ".csv and .md");
    }

    private static void write(Path file, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        OutputFiles.write(file, out -> out.write(bytes));
    }

    private static String slug(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    }

    // NaN where the machine was not measured: then no fraction is said.
    private static double rate(List<Row> rows, String name) {
        return rows.stream()
                .filter(row -> row.kind().equals("machine") && row.name().equals(name))
                .mapToDouble(row -> row.flops() > 0 ? row.gigaflops() : row.gigabytes())
                .findFirst()
                .orElse(Double.NaN);
    }

    private String csv() throws IOException {
        StringWriter text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
            csv.writeRecord(COLUMNS);
            for (Row row : rows) {
                csv.writeRecord(List.of(
                        row.kind(),
                        row.name(),
                        row.pass(),
                        row.sizes(),
                        row.device(),
                        String.valueOf(row.flops()),
                        String.valueOf(row.bytes()),
                        number(row.medianMs()),
                        number(row.minMs()),
                        number(row.meanMs()),
                        number(row.errorMs()),
                        String.valueOf(row.samples()),
                        number(row.gigaflops()),
                        number(row.gigabytes()),
                        number(row.gigaflops() / fma),
                        number(row.gigabytes() / copy),
                        Processor.name(),
                        String.valueOf(cores),
                        String.valueOf(HostMemory.total()),
                        Runtime.version().toString(),
                        date));
            }
        }
        return text.toString();
    }

    private String markdown() {
        String head = """
                # Benchmarks

                Machine: %s, %d cores, %s memory; Java %s; %s. Made by `make bench`.

                Rates are those of the median run. Operations and bytes are what the program counts, each operand once \
                a step. The last two columns set them against what this machine did in the same run: fused \
                multiply-adds in registers, and a copy of memory, read and write counted. Arrays that stay in a cache \
                can exceed the copy.

                | | pass | sizes | device | median ms | min ms | mean ± error ms | GFLOP/s | GB/s | of FMA | of copy |
                |---|---|---|---|--:|--:|--:|--:|--:|--:|--:|
                """.formatted(Processor.name(), cores, Bytes.text(HostMemory.total()), Runtime.version(), date);
        return head + rows.stream().map(this::line).collect(Collectors.joining());
    }

    private String line(Row row) {
        String error = Double.isNaN(row.errorMs()) ? "" : " ± " + significant(row.errorMs());
        return "| %s | %s | %s | %s | %s | %s | %s%s | %s | %s | %s | %s |%n"
                .formatted(
                        row.name(),
                        row.pass(),
                        row.sizes(),
                        row.device(),
                        significant(row.medianMs()),
                        significant(row.minMs()),
                        significant(row.meanMs()),
                        error,
                        significant(row.gigaflops()),
                        significant(row.gigabytes()),
                        percent(row.gigaflops() / fma),
                        percent(row.gigabytes() / copy))
                .replace(System.lineSeparator(), "\n");
    }

    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.6g", value) : "";
    }

    private static String significant(double value) {
        if (!(value > 0)) {
            return "–";
        }
        int digits = Math.clamp(2 - (int) Math.floor(Math.log10(value)), 0, 6);
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    private static String percent(double fraction) {
        return fraction > 0 ? String.format(Locale.ROOT, "%.1f %%", 100 * fraction) : "–";
    }
}
