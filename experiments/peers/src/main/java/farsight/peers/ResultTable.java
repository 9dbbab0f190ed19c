package farsight.peers;

import farsight.engine.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The comparison as a table in Markdown, aligned so that it reads as it stands. */
final class ResultTable {

    private static final List<String> HEAD = List.of(
            "case",
            "pass",
            "peer, its setting",
            "ours ms",
            "min",
            "of FMA",
            "of copy",
            "theirs ms",
            "min",
            "of FMA",
            "times as fast",
            "target",
            "growth",
            "theirs",
            "ratio",
            "target",
            "difference");

    private ResultTable() {}

    /** Its first line says where. */
    static String text(List<Result> results, Machine machine) {
        Roof roof = machine.roof();
        List<Comparison> comparisons = Comparison.of(results);
        List<Result> alone = results.stream()
                .filter(r -> r.runs() > 0
                        && comparisons.stream()
                                .noneMatch(c -> c.ours().measured() == r.measured()
                                        && c.ours().pass() == r.pass()))
                .toList();
        List<String> tables = new ArrayList<>();
        if (!comparisons.isEmpty()) {
            List<List<String>> rows = new ArrayList<>(List.of(HEAD));
            comparisons.forEach(c -> rows.add(row(c, roof)));
            tables.add(aligned(rows));
        }
        if (!alone.isEmpty()) {
            tables.add("With nobody beside it:\n\n" + times(alone, roof));
        }
        return "%s, %d cores, %s memory; %s; Java %s; load %.2f before; %s%n%n%s"
                .formatted(
                        machine.processor(),
                        Setting.CORES,
                        Bytes.text(machine.memoryBytes()),
                        roof(roof),
                        machine.java(),
                        machine.load(),
                        machine.date(),
                        String.join("\n", tables));
    }

    private static String roof(Roof roof) {
        return Double.isNaN(roof.flops())
                ? "neither rate measured"
                : String.format(
                        Locale.ROOT,
                        "%.0f GFLOP/s by multiply-adds, %.1f GB/s by a copy",
                        roof.flops() / 1e9,
                        roof.bytes() / 1e9);
    }

    private static String times(List<Result> results, Roof roof) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("case", "pass", "side, its setting", "median ms", "min", "of FMA", "of copy", "growth"));
        for (Result r : results) {
            rows.add(List.of(
                    r.measured().name(),
                    r.measured().word(r.pass()),
                    r.setting().toString(),
                    digits(r.medianMs()),
                    digits(r.minMs()),
                    percent(r.ofFlops(roof)),
                    percent(r.ofBytes(roof)),
                    bytes(r.peakBytes())));
        }
        return aligned(rows);
    }

    private static List<String> row(Comparison c, Roof roof) {
        boolean memory = !Double.isNaN(c.memory());
        return List.of(
                c.ours().measured().name(),
                c.ours().measured().word(c.ours().pass()),
                c.theirs().setting().toString(),
                digits(c.ours().medianMs()),
                digits(c.ours().minMs()),
                percent(c.ours().ofFlops(roof)),
                percent(c.ours().ofBytes(roof)),
                digits(c.theirs().medianMs()),
                digits(c.theirs().minMs()),
                percent(c.theirs().ofFlops(roof)),
                Double.isNaN(c.speed()) ? "–" : "%.2f%s".formatted(c.speed(), c.speed() < c.target() ? " <" : ""),
                digits(c.target()),
                bytes(c.ours().peakBytes()),
                bytes(c.theirPeak()),
                memory ? "%.2f%s".formatted(c.memory(), c.memory() <= Comparison.MEMORY_TARGET ? "" : " >") : "–",
                memory ? digits(Comparison.MEMORY_TARGET) : "–",
                Double.isNaN(c.error()) ? "–" : String.format(Locale.ROOT, "%.1e", c.error()));
    }

    private static String aligned(List<List<String>> rows) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        rows.forEach(row -> {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        List<String> lines =
                new ArrayList<>(rows.stream().map(row -> line(row, widths)).toList());
        StringBuilder rule = new StringBuilder("|");
        for (int i = 0; i < columns; i++) {
            rule.append("-".repeat(widths[i] + 1)).append(i < 3 ? '-' : ':').append('|');
        }
        lines.add(1, rule.toString());
        return lines.stream().collect(Collectors.joining("\n", "", "\n"));
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder("|");
        for (int i = 0; i < row.size(); i++) {
            String space = " ".repeat(widths[i] - row.get(i).length());
            line.append(' ')
                    .append(i < 3 ? row.get(i) + space : space + row.get(i))
                    .append(" |");
        }
        return line.toString();
    }

    private static String percent(double part) {
        return Double.isNaN(part) ? "–" : String.format(Locale.ROOT, "%.0f %%", 100 * part);
    }

    private static String bytes(long bytes) {
        return bytes < 0 ? "–" : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    /** Three digits. */
    private static String digits(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        int places = Math.clamp(2 - (int) Math.floor(Math.log10(value)), 0, 3);
        String text = String.format(Locale.ROOT, "%." + places + "f", value);
        return value == Math.rint(value * 10) / 10 ? String.valueOf(value).replaceFirst("\\.0$", "") : text;
    }
}
