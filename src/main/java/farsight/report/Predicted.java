package farsight.report;

import farsight.block.Grid;
import farsight.data.Tensor;
import farsight.network.Extents;
import farsight.report.chart.ExampleSheet;
import farsight.report.chart.ExampleSheet.Panel;
import farsight.report.chart.ExampleSheet.Swatch;
import farsight.report.chart.MatrixSheet;
import farsight.report.chart.Style;
import farsight.report.chart.Units;
import farsight.task.ClassColors;
import farsight.task.SamplePicture;
import farsight.task.Task;
import farsight.train.Predictions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Pictures of predictions: the confusion of classes, and samples beside their labels. */
final class Predicted {

    /** Names of both pictures, without extension. */
    static final List<String> NAMES = List.of("confusion", "examples");

    private static final int MAPS = 4;
    private static final int LABELLED = 12;

    /** The most classes of a confusion, or of a legend, that can be read. */
    private static final int MOST_CLASSES = 100;

    /** Pixels along a map's longer side, if a position has room for a cross. */
    private static final int SIDE = 288;

    private static final int CROSSED = 5;
    private static final int UNLABELLED = 0xF2F2F0;

    private final Predictions of;
    private final @Nullable Task task;
    private final List<String> names;

    private Predicted(Predictions of, @Nullable Task task) {
        this.of = of;
        this.task = task;
        names = TrainedRun.names(of.network(), task);
    }

    /** In words, how many samples of which. */
    private String first(int count) {
        return of.heldOut()
                ? "the first %d held-out samples".formatted(count)
                : "the first %d samples of the training batch".formatted(count);
    }

    /** The confusion of the classes; empty for a squared error. */
    static Optional<MatrixSheet> confusion(Predictions of, @Nullable Task task) {
        Predicted p = new Predicted(of, task);
        return of.evaluation()
                .confusion()
                .filter(c -> c.classes() <= MOST_CLASSES)
                .map(c -> new MatrixSheet(
                        NAMES.getFirst(),
                        "Which class is taken for which",
                        "%s labels of %s"
                                .formatted(
                                        Units.count(c.total()),
                                        of.heldOut()
                                                ? Units.count(of.evaluation().samples()) + " held-out samples"
                                                : "the training batch"),
                        "A row holds the labels of one class: which share of them was predicted as which class, in"
                                + " percent, and how many there are. The diagonal is right.",
                        p.names,
                        IntStream.range(0, c.classes())
                                .mapToObj(label -> IntStream.range(0, c.classes())
                                        .mapToObj(k -> c.count(label, k))
                                        .toList())
                                .toList()));
    }

    /** Samples beside their predictions; empty if they cannot be drawn. */
    static Optional<ExampleSheet> examples(Predictions of, @Nullable Task task) {
        if (of.evaluation().confusion().isEmpty()) {
            return Optional.empty();
        }
        Predicted p = new Predicted(of, task);
        Grid grid = of.network().output().grid();
        if (of.labels() == 1) {
            return p.labelled();
        }
        return grid != null && grid.extents().size() == 2 ? Optional.of(p.maps(grid)) : Optional.empty();
    }

    private Optional<SamplePicture> picture(int sample) {
        Extents input = of.network().input();
        Tensor x = of.batch().x();
        return task != null ? task.picture(x, sample) : SamplePicture.ofChannels(input, x, sample);
    }

    private String caption() {
        String text = task != null ? task.pictureCaption() : "The input is drawn from its least number to its largest.";
        return text.isEmpty() ? "" : " " + text;
    }

    private Optional<ExampleSheet> labelled() {
        List<Panel> panels = new ArrayList<>();
        for (int b = 0; b < Math.min(LABELLED, of.batch().size()); b++) {
            SamplePicture input = picture(b).orElse(null);
            OptionalInt label = of.label(b, 0);
            if (input == null) {
                return Optional.empty();
            }
            int predicted = of.predicted(b, 0);
            boolean wrong = label.isPresent() && label.getAsInt() != predicted;
            panels.add(new Panel(
                    List.of(
                            "label " + (label.isPresent() ? names.get(label.getAsInt()) : "none"),
                            (wrong ? "wrong: " : "→ ") + names.get(predicted)),
                    wrong,
                    input.columns(),
                    input.rgb()));
        }
        long wrong = panels.stream().filter(Panel::wrong).count();
        return Optional.of(new ExampleSheet(
                NAMES.getLast(),
                "Samples and their predictions",
                "%s, %d of them wrong".formatted(first(panels.size()), wrong),
                "Above each sample its label and the prediction; wrong ones are red and framed." + caption(),
                panels,
                1,
                List.of()));
    }

    private ExampleSheet maps(Grid grid) {
        int rows = Math.toIntExact(grid.extents().getFirst());
        int columns = Math.toIntExact(grid.extents().getLast());
        List<Panel> panels = new ArrayList<>();
        int shown = (int) Math.min(MAPS, of.batch().size());
        boolean inputs = false;
        boolean ignored = false;
        boolean crossed = scale(rows, columns) >= CROSSED;
        for (int b = 0; b < shown; b++) {
            SamplePicture input = picture(b).orElse(null);
            int[] labels = new int[rows * columns];
            int[] predicted = new int[rows * columns];
            int counted = 0;
            int right = 0;
            for (int n = 0; n < labels.length; n++) {
                labels[n] = of.label(b, n).orElse(-1);
                predicted[n] = labels[n] < 0 ? -1 : of.predicted(b, n);
                counted += labels[n] < 0 ? 0 : 1;
                right += labels[n] >= 0 && labels[n] == predicted[n] ? 1 : 0;
            }
            ignored |= counted < labels.length;
            if (input != null && input.rows() * columns == input.columns() * rows) {
                inputs = true;
                panels.add(new Panel(List.of("sample " + (b + 1), "input"), false, input.columns(), input.rgb()));
            }
            panels.add(map(List.of(inputs ? "" : "sample " + (b + 1), "labels"), labels, labels, rows, columns));
            panels.add(
                    map(List.of("predictions", right + " of " + counted + " right"), predicted, labels, rows, columns));
        }
        List<Swatch> legend = new ArrayList<>();
        for (int k = 0; k < names.size() && names.size() <= MOST_CLASSES; k++) {
            legend.add(new Swatch(names.get(k), ClassColors.of(k)));
        }
        if (ignored) {
            legend.add(new Swatch("no label", UNLABELLED));
        }
        return new ExampleSheet(
                NAMES.getLast(),
                "Samples and their predictions",
                first(shown),
                (crossed ? "Wrong predictions are crossed out." : "Wrong predictions are black.")
                        + (ignored
                                ? " Positions without a label do not count, and their predictions are not drawn."
                                : "")
                        + (inputs ? caption() : ""),
                panels,
                inputs ? 3 : 2,
                legend);
    }

    private static int scale(int rows, int columns) {
        return Math.max(1, SIDE / Math.max(rows, columns));
    }

    /** A map of classes in their colours; a class other than the label is marked. */
    private static Panel map(List<String> lines, int[] classes, int[] labels, int rows, int columns) {
        int scale = scale(rows, columns);
        int width = columns * scale;
        int[] rgb = new int[rows * scale * width];
        for (int i = 0; i < rgb.length; i++) {
            int y = i / width;
            int x = i % width;
            int n = y / scale * columns + x / scale;
            int color = classes[n] < 0 ? UNLABELLED : ClassColors.of(classes[n]);
            boolean wrong = classes[n] != labels[n];
            rgb[i] = wrong && marked(y % scale, x % scale, scale) ? markOn(color, scale) : color;
        }
        return new Panel(lines, false, width, rgb);
    }

    /** Whether a pixel of a wrong cell belongs to its mark: two diagonals, or the whole of a small cell. */
    private static boolean marked(int row, int column, int scale) {
        if (scale < CROSSED) {
            return true;
        }
        int thick = scale / 10;
        return Math.abs(row - column) <= thick || Math.abs(row + column - (scale - 1)) <= thick;
    }

    private static int markOn(int color, int scale) {
        return scale < CROSSED ? Style.INK : ClassColors.ink(color);
    }
}
