package farsight.report;

import farsight.data.DataException;
import farsight.data.OutputException;
import farsight.data.OutputFiles;
import farsight.data.Tensor;
import farsight.inspect.Inspection;
import farsight.report.chart.Chart;
import farsight.report.chart.ChartLayout;
import farsight.report.chart.Drawing;
import farsight.report.chart.MapSheet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;

/** Writes all files of an inspection. */
public final class InspectReport {

    /** The file of the numbers; a folder with it holds an inspection. */
    public static final String NUMBERS = "inspection.json";

    private static final String PICTURES = "((maps|nodes)-.*|spectrum|captured)\\.(png|svg)|maps\\.safetensors";

    private InspectReport() {}

    /** Whether an inspection may write or delete a file of that name. */
    public static boolean writes(String name) {
        return name.equals(NUMBERS) || name.equals("index.html") || name.matches(PICTURES);
    }

    /**
     * Writes {@link #NUMBERS}, the values of the maps as safetensors, the pictures as PNG, the charts as SVG too, and
     * {@code index.html}; all of them whole, or none. If Java has no fonts there are no PNG files, and a note says so.
     * Other pictures of an earlier inspection are deleted.
     *
     * @param about facts of the run: command, device, machine
     * @param folder created if missing
     * @throws DataException in one line when a file may not be written
     * @throws OutputException in one line when the disk is full or fails otherwise
     */
    public static Report.Written write(Inspection found, SequencedMap<String, String> about, Path folder) {
        List<MapSheet> sheets = Maps.of(found);
        List<Chart> charts = SpectrumCharts.of(found);
        OutputFiles.directory(folder);
        SequencedMap<String, Drawing> curves = new LinkedHashMap<>();
        charts.forEach(c -> curves.put(c.name(), ChartLayout.wide(c)));
        SequencedMap<String, Drawing> drawings = new LinkedHashMap<>();
        sheets.forEach(s -> drawings.put(s.name(), s.wide()));
        drawings.putAll(curves);
        try (ReportFiles files = new ReportFiles(folder)) {
            files.add(NUMBERS, InspectJson.text(found, about));
            SequencedMap<String, Tensor> maps = MapTensors.of(found);
            if (!maps.isEmpty()) {
                files.add(MapTensors.FILE, maps);
            }
            files.addSvgs(curves);
            files.add("index.html", InspectPage.text(found, about, sheets, charts));
            files.addPngs(drawings);
            files.commit();
            files.deleteOthers(pictures(folder), "a picture of an earlier inspection");
            return files.written();
        }
    }

    private static List<String> pictures(Path folder) {
        try (Stream<Path> there = Files.list(folder)) {
            return there.map(p -> p.getFileName().toString())
                    .filter(name -> name.matches(PICTURES))
                    .toList();
        } catch (IOException e) {
            throw OutputFiles.failure("cannot read " + folder, e);
        }
    }
}
