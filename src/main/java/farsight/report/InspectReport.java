package farsight.report;

import farsight.data.DataException;
import farsight.data.OutputBatch;
import farsight.data.OutputException;
import farsight.data.OutputFiles;
import farsight.data.Safetensors;
import farsight.data.Tensor;
import farsight.inspect.Inspection;
import farsight.report.chart.Chart;
import farsight.report.chart.ChartLayout;
import farsight.report.chart.Drawing;
import farsight.report.chart.MapSheet;
import farsight.report.chart.Png;
import farsight.report.chart.Svg;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
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
        List<Path> files = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        SequencedMap<String, Drawing> drawings = new LinkedHashMap<>();
        sheets.forEach(s -> drawings.put(s.name(), s.wide()));
        charts.forEach(c -> drawings.put(c.name(), ChartLayout.wide(c)));
        try (OutputBatch batch = new OutputBatch()) {
            files.add(add(batch, folder.resolve(NUMBERS), InspectJson.text(found, about)));
            SequencedMap<String, Tensor> maps = MapTensors.of(found);
            if (!maps.isEmpty()) {
                Path file = folder.resolve(MapTensors.FILE);
                Safetensors.add(batch, file, maps, new TreeMap<>(), Map.of());
                files.add(file);
            }
            for (Chart c : charts) {
                files.add(add(batch, folder.resolve(c.name() + ".svg"), Svg.file(ChartLayout.wide(c))));
            }
            files.add(add(batch, folder.resolve("index.html"), InspectPage.text(found, about, sheets, charts)));
            for (Map.Entry<String, Drawing> e : drawings.entrySet()) {
                byte[] png;
                try {
                    png = Png.bytes(e.getValue());
                } catch (DataException noFonts) {
                    notes.add(String.valueOf(noFonts.getMessage()));
                    break;
                }
                files.add(add(batch, folder.resolve(e.getKey() + ".png"), png));
            }
            batch.commit();
        }
        removeOthers(folder, files);
        return new Report.Written(List.copyOf(files), List.copyOf(notes));
    }

    private static void removeOthers(Path folder, List<Path> files) {
        try (Stream<Path> there = Files.list(folder)) {
            List<Path> old = there.filter(p -> p.getFileName().toString().matches(PICTURES) && !files.contains(p))
                    .toList();
            for (Path p : old) {
                Files.deleteIfExists(p);
            }
        } catch (IOException e) {
            throw OutputFiles.failure("cannot delete pictures of an earlier inspection in " + folder, e);
        }
    }

    private static Path add(OutputBatch batch, Path file, String text) {
        return add(batch, file, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Path add(OutputBatch batch, Path file, byte[] bytes) {
        batch.add(file, out -> out.write(bytes));
        return file;
    }
}
