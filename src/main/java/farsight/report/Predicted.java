package farsight.report;

import farsight.block.Grid;
import farsight.data.Tensor;
import farsight.network.Extents;
import farsight.report.chart.ExampleSheet;
import farsight.report.chart.ExampleSheet.Panel;
import farsight.report.chart.ExampleSheet.Swatch;
import farsight.report.chart.MatrixSheet;
import farsight.report.chart.Units;
import farsight.task.ClassColors;
import farsight.task.ClassPicture;
import farsight.task.PointView;
import farsight.task.SamplePicture;
import farsight.task.Task;
import farsight.train.Predictions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
        boolean plane = grid != null && grid.extents().size() == 2;
        return plane || p.view(0).isPresent() ? Optional.of(p.maps()) : Optional.empty();
    }

    private Optional<SamplePicture> picture(int sample) {
        Extents input = of.network().input();
        Tensor x = of.batch().x();
        return task != null ? task.picture(x, sample) : SamplePicture.ofChannels(input, x, sample);
    }

    /** Where a sample's points are drawn; empty if its positions form a grid. */
    private Optional<PointView> view(int sample) {
        return task == null ? Optional.empty() : task.view(of.batch().x(), sample);
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

    private ExampleSheet maps() {
        int positions = Math.toIntExact(of.labels());
        List<Panel> panels = new ArrayList<>();
        int shown = (int) Math.min(MAPS, of.batch().size());
        boolean inputs = false;
        boolean ignored = false;
        for (int b = 0; b < shown; b++) {
            int[] labels = new int[positions];
            int[] predicted = new int[positions];
            int counted = 0;
            int right = 0;
            for (int n = 0; n < positions; n++) {
                labels[n] = of.label(b, n).orElse(-1);
                predicted[n] = labels[n] < 0 ? -1 : of.predicted(b, n);
                counted += labels[n] < 0 ? 0 : 1;
                right += labels[n] >= 0 && labels[n] == predicted[n] ? 1 : 0;
            }
            ignored |= counted < positions;
            SamplePicture truth = map(b, labels, labels);
            SamplePicture input = picture(b).orElse(null);
            if (input != null && input.rows() * truth.columns() == input.columns() * truth.rows()) {
                inputs = true;
                panels.add(panel(List.of("sample " + (b + 1), "input"), input));
            }
            panels.add(panel(List.of(inputs ? "" : "sample " + (b + 1), "labels"), truth));
            panels.add(panel(
                    List.of("predictions", "%,d of %,d right".formatted(right, counted)), map(b, predicted, labels)));
        }
        return new ExampleSheet(
                NAMES.getLast(),
                "Samples and their predictions",
                first(shown),
                marks()
                        + (ignored
                                ? " Positions without a label do not count, and their predictions are not drawn."
                                : "")
                        + (inputs ? caption() : ""),
                panels,
                inputs ? 3 : 2,
                legend(names, ignored));
    }

    private SamplePicture map(int sample, int[] classes, int[] labels) {
        return ClassPicture.of(view(sample).orElse(null), of.network().output().grid(), classes, labels);
    }

    /** How wrong predictions are marked. */
    private String marks() {
        Grid grid = of.network().output().grid();
        return view(0).isPresent()
                ? "Wrong predictions have a dark dot."
                : ClassPicture.crosses(Objects.requireNonNull(grid))
                        ? "Wrong predictions are crossed out."
                        : "Wrong predictions are black.";
    }

    static Panel panel(List<String> lines, SamplePicture picture) {
        return new Panel(lines, false, picture.columns(), picture.rgb());
    }

    /**
     * The classes in their colours, as far as a legend of them can be read.
     *
     * @param ignored whether some positions have no label
     */
    static List<Swatch> legend(List<String> names, boolean ignored) {
        List<Swatch> legend = new ArrayList<>();
        for (int k = 0; k < names.size() && names.size() <= MOST_CLASSES; k++) {
            legend.add(new Swatch(names.get(k), ClassColors.of(k)));
        }
        if (ignored) {
            legend.add(new Swatch("no label", ClassPicture.UNLABELLED));
        }
        return legend;
    }
}
