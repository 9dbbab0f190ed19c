package farsight.cli.network;

import farsight.block.spec.SpecException;
import farsight.block.spec.SpecJson;
import farsight.cli.output.Console;
import farsight.cli.output.OutputFolder;
import farsight.data.DataException;
import farsight.data.InputFiles;
import farsight.data.OutputFiles;
import farsight.data.TextInput;
import farsight.network.NetworkSpec;
import farsight.network.Schedule;
import farsight.report.TrainReport;
import farsight.text.Line;
import farsight.train.TrainingRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The folder of a training run. {@code network.json} holds the network with its inserted blocks, {@code run.json} the
 * options that must be the same when the run is resumed, with the hashes of the files that it began from.
 */
final class RunFolder {

    /** Name of the network's spec. */
    static final String NETWORK = "network.json";

    private static final String RUN = "run.json";
    private static final String DATA = "data";
    private static final String WEIGHTS = "weights";
    private static final String EVERY = "evaluateEvery";

    /** Ends the name of the field with the SHA-256 of a file's content, after the name of the file's own. */
    private static final String HASH = "Sha256";

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
     * @param file of the samples; null for a task
     * @param weights to begin from; null for initial values
     * @param resume go on with the run in the folder; without one, begin
     * @param overwrite replace a run
     * @throws DataException when the run to resume has other options, or files may not be replaced
     */
    static RunFolder open(
            Path folder,
            TrainingRun.Plan plan,
            String data,
            @Nullable Path file,
            @Nullable Path weights,
            boolean resume,
            boolean overwrite) {
        ObjectNode network = NetworkSpec.tree(plan.network());
        ObjectNode run = Console.object();
        source(run, DATA, data, file);
        run.put("batch", plan.batch());
        run.put("seed", plan.seed());
        source(run, WEIGHTS, null, weights);
        if (plan.heldOut() != null) {
            run.put("heldOutBatches", plan.heldOutBatches());
            run.put(EVERY, plan.evaluateEvery());
        }
        if (plan.network().mustHaveOptimizer().schedule().type() == Schedule.Type.COSINE) {
            // Its rate depends on the length of the run.
            run.put("steps", plan.steps());
        }
        RunFolder opened = new RunFolder(folder);
        opened.mustNotHold(file);
        opened.mustNotHold(weights);
        boolean begins = Files.notExists(folder.resolve(TrainingRun.CHECKPOINT));
        boolean there = holdsRun(folder) || !begins;
        if (resume && begins && Files.exists(folder.resolve(TrainingRun.WEIGHTS))) {
            throw new DataException("%s is missing, and %s tells that there was one; --overwrite begins the run anew"
                    .formatted(folder.resolve(TrainingRun.CHECKPOINT), folder.resolve(TrainingRun.WEIGHTS)));
        }
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

    /** Whether a run is in a folder. */
    static boolean holdsRun(Path folder) {
        return Files.exists(folder.resolve(RUN));
    }

    /**
     * Steps between evaluations of the run in a folder; empty if there is none.
     *
     * @throws DataException when the run cannot be read
     */
    static OptionalLong evaluateEvery(Path folder) {
        JsonNode every = Files.exists(folder.resolve(RUN))
                ? new RunFolder(folder).read(RUN).path(EVERY)
                : Console.object();
        return every.isIntegralNumber() ? OptionalLong.of(every.longValue()) : OptionalLong.empty();
    }

    /** Adds what a run began from: words, or a file that counts by its content. */
    private static void source(ObjectNode run, String field, @Nullable String words, @Nullable Path file) {
        if (file == null) {
            run.put(field, words);
        } else {
            run.put(field, file.toAbsolutePath().normalize().toString());
            run.put(field + HASH, InputFiles.sha256(file, "a safetensors file"));
        }
    }

    /** Refuses a file that the run itself will replace. */
    private void mustNotHold(@Nullable Path file) {
        if (file == null) {
            return;
        }
        Path whole = file.toAbsolutePath().normalize();
        if (folder.toAbsolutePath().normalize().equals(whole.getParent())
                && WRITTEN.contains(String.valueOf(whole.getFileName()))) {
            throw new DataException(
                    "%s is a file of the run in %s, which would replace it; copy it elsewhere, or name another folder"
                            .formatted(file, folder));
        }
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

    private JsonNode read(String name) {
        Path file = folder.resolve(name);
        String text = TextInput.read(file, LONGEST, "the JSON file that says what the run in " + folder + " is");
        return SpecException.placed(file.toString(), () -> SpecJson.object(text, "the one that the run began with"));
    }

    private void compare(String name, ObjectNode now) {
        JsonNode before = read(name);
        for (String field : now.propertyNames()) {
            if (field.endsWith(HASH)) {
                continue;
            }
            String hash = text(now, field + HASH);
            String hashBefore = text(before, field + HASH);
            // A file may have another path, but not another content.
            boolean same = (hash != null && hashBefore != null)
                    ? hash.equals(hashBefore)
                    // As text, because a number read back may have another type.
                    : String.valueOf(before.get(field)).equals(String.valueOf(now.get(field)));
            if (!same) {
                Difference d = Difference.of(field, before.get(field), now.get(field));
                throw new DataException(
                        "%s: the run to resume has %s %s%s, not %s%s; resume it with its own options, or name another folder"
                                .formatted(
                                        folder.resolve(name),
                                        d.place(),
                                        Line.excerpt(d.before()),
                                        content(hashBefore),
                                        Line.excerpt(d.now()),
                                        content(hash)));
            }
        }
    }

    /** Where two documents first differ: in lists and objects alike within. */
    private record Difference(String place, String before, String now) {

        static Difference of(String place, @Nullable JsonNode before, @Nullable JsonNode now) {
            if (before != null && now != null && before.isArray() && now.isArray()) {
                for (int i = 0; i < Math.max(before.size(), now.size()); i++) {
                    if (!String.valueOf(before.get(i)).equals(String.valueOf(now.get(i)))) {
                        return of("%s[%d]".formatted(place, i), before.get(i), now.get(i));
                    }
                }
            }
            return new Difference(
                    place, before == null ? "nothing" : before.toString(), now == null ? "nothing" : now.toString());
        }
    }

    private static @Nullable String text(JsonNode document, String field) {
        return document.path(field).isString() ? document.path(field).stringValue() : null;
    }

    private static String content(@Nullable String hash) {
        return hash == null ? "" : " with the SHA-256 %s…".formatted(hash.substring(0, Math.min(hash.length(), 12)));
    }
}
