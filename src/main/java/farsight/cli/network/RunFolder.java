package farsight.cli.network;

import farsight.cli.output.Console;
import farsight.cli.output.OutputFolder;
import farsight.data.DataException;
import farsight.data.OutputFiles;
import farsight.network.NetworkSpec;
import farsight.network.Schedule;
import farsight.report.TrainReport;
import farsight.text.Line;
import farsight.text.Utf8;
import farsight.train.TrainingRun;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The folder of a training run. {@code network.json} holds the network with its inserted blocks, {@code run.json} the
 * options that must be the same when the run is resumed.
 */
final class RunFolder {

    /** Name of the network's spec. */
    static final String NETWORK = "network.json";

    private static final String RUN = "run.json";
    private static final int LONGEST = 1 << 20;

    private static final List<String> RESULTS = List.of(
            NETWORK,
            RUN,
            TrainingRun.LOSSES,
            TrainingRun.EVALUATIONS,
            TrainingRun.WEIGHTS,
            TrainingRun.BEST,
            TrainingRun.CHECKPOINT);

    private static final List<String> WRITTEN =
            Stream.concat(RESULTS.stream(), TrainReport.names().stream()).toList();

    private final Path folder;

    private RunFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Opens a locked folder for a new or resumed run.
     *
     * @param data the samples in words
     * @param weights to begin from; null for initial values
     * @param resume go on with the run in the folder; without one, begin
     * @param overwrite replace a run
     * @throws DataException when the run to resume has other options, or files may not be replaced
     */
    static RunFolder open(
            Path folder,
            TrainingRun.Plan plan,
            String data,
            @Nullable Path weights,
            boolean resume,
            boolean overwrite) {
        ObjectNode network = NetworkSpec.tree(plan.network());
        ObjectNode run = Console.object();
        run.put("data", data);
        run.put("batch", plan.batch());
        run.put("seed", plan.seed());
        run.put("weights", weights == null ? null : weights.toString());
        run.put("heldOutBatches", plan.heldOutBatches());
        if (plan.network().mustHaveOptimizer().schedule().type() == Schedule.Type.COSINE) {
            // Its rate depends on the length of the run.
            run.put("steps", plan.steps());
        }
        RunFolder opened = new RunFolder(folder);
        boolean there = Files.exists(folder.resolve(RUN)) || Files.exists(folder.resolve(TrainingRun.CHECKPOINT));
        if (resume && there) {
            opened.compare(NETWORK, network);
            opened.compare(RUN, run);
            return opened;
        }
        if (there && !overwrite) {
            throw new DataException(
                    folder + " already holds a training run; --resume continues it, --overwrite replaces it");
        }
        // A process that was killed right after it began left the network alone.
        boolean begun = resume && Files.exists(folder.resolve(NETWORK));
        if (begun) {
            opened.compare(NETWORK, network);
        }
        if (!overwrite) {
            OutputFolder.checkFree(folder, name -> WRITTEN.contains(name) && !(begun && name.equals(NETWORK)));
        }
        opened.clear();
        opened.write(NETWORK, network);
        opened.write(RUN, run);
        return opened;
    }

    private void clear() {
        for (String name : WRITTEN) {
            try {
                Files.deleteIfExists(folder.resolve(name));
            } catch (IOException e) {
                throw OutputFiles.failure("cannot replace " + folder.resolve(name), e);
            }
        }
    }

    private void write(String name, ObjectNode document) {
        OutputFiles.write(
                folder.resolve(name),
                out -> out.write((document.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    private void compare(String name, ObjectNode now) {
        Path file = folder.resolve(name);
        JsonNode before;
        try (InputStream in = Files.newInputStream(file)) {
            before = Console.tree(Utf8.read(in, LONGEST));
        } catch (IOException | JacksonException e) {
            throw new DataException(
                    "cannot read %s, which says what the run in %s is: %s".formatted(file, folder, e.getMessage()), e);
        }
        for (String field : now.propertyNames()) {
            // As text, because a number read back may have another type.
            if (!String.valueOf(before.get(field)).equals(String.valueOf(now.get(field)))) {
                throw new DataException(
                        "%s: the run to resume has %s %s, not %s; resume it with its own options, or name another folder"
                                .formatted(
                                        file,
                                        field,
                                        Line.excerpt(String.valueOf(before.get(field))),
                                        Line.excerpt(String.valueOf(now.get(field)))));
            }
        }
    }
}
