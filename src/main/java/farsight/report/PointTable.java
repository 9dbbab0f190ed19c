package farsight.report;

import farsight.report.chart.Units;
import farsight.sweep.Point;
import farsight.sweep.Status;
import java.util.ArrayList;
import java.util.List;

/**
 * The table of a sweep for a terminal: ASCII, numbers right-aligned with their units, and never wider than the
 * terminal. A point that did not run shows the reason in place of its figures. Columns that do not fit are left out,
 * the least informative first, and so are columns without values.
 */
public final class PointTable {

    private static final String GAP = "  ";
    private static final int SHORTEST_NOTE = 24;

    private final List<Column> columns;
    private final int width;
    private final boolean ansi;

    private PointTable(List<Column> columns, int width, boolean ansi) {
        this.columns = columns;
        this.width = width;
        this.ansi = ansi;
    }

    /** A column. Rank 0 always stays; of the others the highest rank is left out first. */
    private record Column(String title, int width, boolean right, int rank, boolean figure) {}

    /**
     * A table for points that are not known yet, to print row by row as they finish.
     *
     * @param width of the terminal in characters
     * @param ansi whether to colour the status
     */
    public static PointTable ofWidth(int width, boolean ansi) {
        return new PointTable(fitting(columns(List.of()), width), width, ansi);
    }

    /**
     * The whole table, one line per point, with its header.
     *
     * @param width of the terminal in characters
     * @param ansi whether to colour the status
     */
    public static String text(List<Point> points, int width, boolean ansi) {
        PointTable table = new PointTable(fitting(columns(points), width), width, ansi);
        StringBuilder out = new StringBuilder(table.header()).append('\n');
        for (Point p : points) {
            out.append(table.row(p)).append('\n');
        }
        return out.toString();
    }

    /** The header. */
    public String header() {
        List<String> cells = new ArrayList<>();
        for (Column c : columns) {
            cells.add(pad(c.title(), c.width(), c.right()));
        }
        String line = String.join(GAP, cells).stripTrailing();
        return ansi ? "\u001b[1m" + line + "\u001b[0m" : line;
    }

    /** One point, without a line break. */
    public String row(Point p) {
        List<String> cells = cells(p);
        StringBuilder line = new StringBuilder();
        int used = 0;
        for (Column c : columns) {
            if (c.figure() && p.status() != Status.OK) {
                break;
            }
            String text = shortened(cells.get(TITLES.indexOf(c.title())), c.width());
            String cell = pad(text, c.width(), c.right());
            line.append(used == 0 ? "" : GAP).append(c.title().equals("status") ? coloured(cell, p.status()) : cell);
            used += (used == 0 ? 0 : GAP.length()) + c.width();
        }
        int room = width - used - GAP.length();
        if (!p.message().isBlank() && room >= SHORTEST_NOTE / 2) {
            line.append(GAP).append(shortened(ascii(p.message()), room));
        }
        return line.toString().stripTrailing();
    }

    private static final List<String> TITLES = List.of(
            "block",
            "d",
            "N",
            "pass",
            "device",
            "status",
            "predicted",
            "measured",
            "process",
            "median",
            "min",
            "kernels",
            "launching",
            "GFLOP/s");

    private static List<String> cells(Point p) {
        return List.of(
                ascii(p.block()),
                p.latent() > 0 ? Units.count(p.latent()) : "-",
                Units.count(p.positions()),
                p.pass().toString(),
                ascii(p.device()),
                p.status().toString(),
                ascii(Units.bytes(p.predictedBytes())),
                ascii(Units.bytes(p.measuredBytes())),
                ascii(Units.bytes(p.residentBytes())),
                ascii(Units.nanos(p.medianNanos())),
                ascii(Units.nanos(p.minNanos())),
                ascii(Units.nanos(p.kernelNanos())),
                ascii(Units.nanos(PointColumns.launching(p))),
                ascii(Units.gflops(p.flops(), p.medianNanos())));
    }

    private static List<Column> columns(List<Point> points) {
        int[] least = {9, 3, 9, 7, 6, 7, 9, 8, 7, 7, 7, 7, 9, 7};
        int[] usual = {14, 5, 11, 7, 9, 13, 9, 8, 7, 7, 7, 7, 9, 7};
        int[] ranks = {0, 0, 0, 2, 0, 0, 0, 3, 6, 0, 5, 4, 4, 1};
        boolean devices = points.stream().map(Point::device).distinct().count() > 1;
        boolean kernels = points.stream().anyMatch(p -> p.kernelNanos() >= 0);
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < TITLES.size(); i++) {
            int column = i;
            String title = TITLES.get(i);
            if ((title.equals("device") && !devices)
                    || ((title.equals("kernels") || title.equals("launching")) && !kernels)) {
                continue;
            }
            int widest = points.stream()
                    .mapToInt(p -> cells(p).get(column).length())
                    .max()
                    .orElse(usual[i]);
            boolean right = i != 0 && (i < 3 || i > 5);
            int wide = Math.max(title.length(), points.isEmpty() ? usual[i] : Math.min(widest, 24));
            columns.add(new Column(title, Math.max(wide, right ? least[i] : 0), right, ranks[i], i > 6));
        }
        return columns;
    }

    private static List<Column> fitting(List<Column> columns, int width) {
        List<Column> kept = new ArrayList<>(columns);
        for (int rank = 6; rank > 0 && total(kept) > width; rank--) {
            int goes = rank;
            kept.removeIf(c -> c.rank() == goes);
        }
        return kept;
    }

    private static int total(List<Column> columns) {
        return columns.stream().mapToInt(c -> c.width() + GAP.length()).sum() - GAP.length();
    }

    private String coloured(String cell, Status status) {
        if (!ansi || status == Status.OK) {
            return cell;
        }
        // Yellow for predicted outcomes, red for others.
        return (status == Status.REFUSED ? "\u001b[33m" : "\u001b[31m") + cell + "\u001b[0m";
    }

    private static String pad(String text, int width, boolean right) {
        String space = " ".repeat(Math.max(0, width - text.length()));
        return right ? space + text : text + space;
    }

    private static String shortened(String text, int width) {
        return text.length() <= width ? text : text.substring(0, Math.max(0, width - 3)) + "...";
    }

    // Other characters beyond ASCII may be wider than one column; the progress lines contain µ and × too.
    private static String ascii(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '–', '—', '−' -> out.append('-');
                case 'µ', '×' -> out.append((char) c);
                case '…' -> out.append("...");
                default -> out.append(c >= 0x20 && c < 0x7F ? (char) c : Character.isWhitespace(c) ? ' ' : '?');
            }
        });
        return out.toString();
    }
}
