package farsight.cli.output;

import farsight.text.Line;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table for a terminal. Numbers are right-aligned; the first column, and the columns after the numbers, left-aligned.
 */
public final class TextTable {

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final int numbers;

    /**
     * A table with a title over each column.
     *
     * @param numbers number of columns after the first that hold numbers
     */
    public TextTable(int numbers, String... titles) {
        this.numbers = numbers;
        rows.add(List.of(titles));
    }

    /** Adds a row, which may be shorter than the titles. Its cells may hold text from a file. */
    public TextTable row(String... cells) {
        rows.add(Arrays.stream(cells).map(Line::printable).toList());
        return this;
    }

    /** Prints the table, one line per row. */
    public void print(PrintWriter out) {
        print(out, rows);
    }

    /** Prints the table without titles. */
    public void printRows(PrintWriter out) {
        print(out, rows.subList(1, rows.size()));
    }

    private void print(PrintWriter out, List<List<String>> shown) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : shown) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                String space = " ".repeat(widths[i] - row.get(i).length());
                boolean right = i >= 1 && i <= numbers;
                line.append(i == 0 ? "" : GAP).append(right ? space + row.get(i) : row.get(i) + space);
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
