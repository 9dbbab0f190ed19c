package farsight.cli.option;

import farsight.block.spec.SpecException;
import farsight.cli.output.Console;
import farsight.data.DataException;
import farsight.network.Extents;
import farsight.network.Network;
import farsight.task.Task;
import farsight.task.Tasks;
import farsight.train.Batch;
import farsight.train.BatchFile;
import farsight.train.BatchSource;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for labelled samples: a task, or one batch in a file. */
public final class DataOptions {

    @Option(
            names = "--task",
            paramLabel = "TASK",
            description =
                    "A task with its options: recall, recall:keys=8,size=24, count, pair, rooms, scenes:folder=scans;"
                            + " farsight tasks lists them.")
    private @Nullable String task;

    @Option(
            names = "--data",
            paramLabel = "FILE",
            description =
                    "Instead of --task: safetensors with x and an integer label, one batch, the same at every step.")
    private @Nullable Path data;

    @Option(names = "--batch", paramLabel = "B", description = "With --task: samples a step (default: 16).")
    private @Nullable Integer batch;

    private static final int BATCH = 16;

    /**
     * Labelled samples for a network.
     *
     * @param network for samples of these extents
     * @param task null for a file
     * @param batch samples a step
     * @param training the batches of a run
     * @param heldOut null for a file
     * @param unread bytes of a file's numbers, of which {@code training} reads none before it is asked
     * @param text the source in words
     */
    public record Samples(
            Network network,
            @Nullable Task task,
            long batch,
            BatchSource training,
            @Nullable BatchSource heldOut,
            long unread,
            String text) {

        /**
         * Reads a file's numbers, and checks that the first batch can be learned.
         *
         * @throws DataException when the file cannot be read, or the loss would be no number with any weights
         */
        public void checkLearnable() {
            training.batch(0)
                    .checkLearnable(network, task == null ? " in " + text : " of the first batch of task " + text);
        }

        /**
         * Reads a file's numbers, and checks that some of its labels count.
         *
         * @throws DataException when the file cannot be read, or its loss would be a mean of nothing
         */
        public void checkCounted() {
            if (task == null) {
                training.batch(0).checkCounted(network, " in " + text);
            }
        }
    }

    /** The file, if one is given. */
    @Nullable
    public Path file() {
        return data;
    }

    /**
     * The samples.
     *
     * @param seed of a task's training batches
     */
    public Samples samples(Console console, Network network, long seed) {
        if ((task == null) == (data == null)) {
            throw console.usage("expected --task or --data" + (task == null ? "" : ", not both"));
        }
        if (batch != null && (data != null || batch < 1)) {
            throw console.usage(
                    data != null
                            ? "--batch needs --task; the file is one batch"
                            : "--batch must be at least 1, not " + batch);
        }
        return task != null
                ? ofTask(Tasks.parse(task), network, batch == null ? BATCH : batch, seed)
                : ofFile(Objects.requireNonNull(data), network);
    }

    private static Samples ofTask(Task task, Network network, int batch, long seed) {
        Network fitted = fitted(network, task.input(), "task " + task.describe());
        long classes = fitted.output().channels();
        if (classes != task.classes().size()) {
            throw new DataException("task %s has %d classes, and the network gives %d"
                    .formatted(task.describe(), task.classes().size(), classes));
        }
        return new Samples(fitted, task, batch, task.training(seed, batch), task.heldOut(batch), 0, task.describe());
    }

    private static Samples ofFile(Path file, Network network) {
        BatchFile opened = BatchFile.open(file, network.mustHaveLoss());
        Network fitted = fitted(network, opened.sample(), opened.what());
        opened.check(fitted);
        return new Samples(
                fitted, null, opened.size(), new OneBatch(opened, fitted), null, opened.bytes(), file.toString());
    }

    /** A file's batch, read when it is first asked for. */
    private static final class OneBatch implements BatchSource {
        private final BatchFile file;
        private final Network network;
        private @Nullable Batch read;

        OneBatch(BatchFile file, Network network) {
            this.file = file;
            this.network = network;
        }

        @Override
        public Batch batch(long step) {
            Batch known = read;
            if (known == null) {
                known = file.read(network);
                read = known;
            }
            return known;
        }
    }

    /** The network for samples of these extents, which must have its channels and axes. */
    public static Network fitted(Network network, Extents sample, String what) {
        Extents input = network.input();
        if (sample.channels() != input.channels()
                || sample.extents().size() != input.extents().size()) {
            throw new DataException("%s has samples of %s, and the network takes %s".formatted(what, sample, input));
        }
        return sample.equals(input) ? network : SpecException.placed(what, () -> network.withInput(sample));
    }
}
