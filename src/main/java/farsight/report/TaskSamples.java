package farsight.report;

import farsight.block.Grid;
import farsight.data.DataException;
import farsight.report.chart.Drawing;
import farsight.report.chart.ExampleSheet;
import farsight.report.chart.ExampleSheet.Panel;
import farsight.task.ClassPicture;
import farsight.task.SamplePicture;
import farsight.task.Task;
import farsight.train.Batch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Samples of a task with their labels, as a picture. */
public final class TaskSamples {

    private static final List<String> EXTENSIONS = List.of(".svg", ".png");

    /** Panels in a row of samples that have a label for every position: two samples, each with its labels. */
    private static final int ACROSS = 4;

    private TaskSamples() {}

    /** Names of the files of a task's picture. */
    public static List<String> names(String task) {
        return EXTENSIONS.stream().map(e -> task + e).toList();
    }

    /**
     * Writes a picture as SVG and PNG. If Java has no fonts there is no PNG file, and a note says so.
     *
     * @param name of the files, without extension
     * @param samples how many
     * @param folder exists
     * @throws DataException in one line when the samples cannot be drawn, or a file may not be written
     * @throws farsight.data.OutputException in one line when the disk is full or fails otherwise
     */
    public static Report.Written write(Task task, String name, long seed, int samples, Path folder) {
        SequencedMap<String, Drawing> drawings = new LinkedHashMap<>();
        drawings.put(name, sheet(task, name, seed, samples).wide());
        try (ReportFiles files = new ReportFiles(folder)) {
            files.addSvgs(drawings);
            files.addPngs(drawings);
            files.commit();
            return files.written();
        }
    }

    static ExampleSheet sheet(Task task, String name, long seed, int samples) {
        Batch batch = task.draw(seed, 0, samples);
        List<Panel> panels = new ArrayList<>();
        boolean single = task.labels().isEmpty();
        boolean ignored = false;
        for (int b = 0; b < samples; b++) {
            String number = "sample " + (b + 1);
            SamplePicture input = task.picture(batch.x(), b)
                    .orElseThrow(
                            () -> new DataException("samples of task %s cannot be drawn".formatted(task.describe())));
            int[] labels = labels(task, batch, b);
            if (single) {
                panels.add(Predicted.panel(List.of(number, task.classes().get(labels[0])), input));
                continue;
            }
            for (int label : labels) {
                ignored |= label < 0;
            }
            panels.add(Predicted.panel(List.of(number, "input"), input));
            panels.add(Predicted.panel(
                    List.of("", "labels"),
                    ClassPicture.of(task.view(batch.x(), b).orElse(null), new Grid(task.labels()), labels, labels)));
        }
        return new ExampleSheet(
                name,
                "Samples of task " + name,
                "the first %s of seed %d: %s"
                        .formatted(
                                samples == 1 ? "training sample" : samples + " training samples",
                                seed,
                                task.describe()),
                task.pictureCaption(),
                panels,
                single ? 1 : Math.min(ACROSS, panels.size()),
                single ? List.of() : Predicted.legend(task.classes(), ignored));
    }

    private static int[] labels(Task task, Batch batch, int sample) {
        int count = Math.toIntExact(task.labels().stream().reduce(1L, Math::multiplyExact));
        int[] labels = new int[count];
        for (int n = 0; n < count; n++) {
            int label = (int) batch.label().get((long) sample * count + n);
            labels[n] = label == Task.IGNORED ? -1 : label;
        }
        return labels;
    }
}
