package farsight.train;

import farsight.data.DataException;
import farsight.data.OutputBatch;
import farsight.engine.Engine;
import farsight.engine.RefusedException;
import farsight.model.Admitted;
import farsight.model.Weights;
import farsight.network.Network;
import farsight.network.NetworkProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A training run in a folder: the losses of every step, held-out evaluations, checkpoints, and the weights. Killed at any
 * moment it resumes from its last checkpoint, with the same results as if it had never stopped.
 */
public final class TrainingRun {

    /** Name of the table of losses. */
    public static final String LOSSES = "losses.csv";

    /** Name of the table of held-out evaluations. */
    public static final String EVALUATIONS = "evaluations.csv";

    /** Name of the weights after the last step. */
    public static final String WEIGHTS = "weights.safetensors";

    /** Name of the weights that were best on the held-out samples. */
    public static final String BEST = "best.safetensors";

    /** Name of the checkpoint. */
    public static final String CHECKPOINT = "checkpoint.safetensors";

    private static final List<String> LOSS_COLUMNS =
            List.of("step", "loss", "accuracy", "learning_rate", "gradient_norm");
    /** The most held-out batches of an evaluation. */
    public static final long MOST_HELD_OUT = 100_000;

    private static final List<String> EVALUATION_COLUMNS = List.of("step", "loss", "accuracy", "mean_iou");

    /**
     * What a run does.
     *
     * @param network with a loss and an optimizer
     * @param batch samples a step
     * @param steps of the whole run
     * @param seed of initial weights, dropout and data
     * @param training the batches
     * @param heldOut batches that are never trained on; null for none
     * @param heldOutBatches how many of them an evaluation takes
     * @param evaluateEvery steps between two evaluations
     * @param checkpointEvery steps between two checkpoints; there is one with every new best, too
     * @param budgetBytes the most that all arrays together may take
     */
    public record Plan(
            Network network,
            long batch,
            long steps,
            long seed,
            BatchSource training,
            @Nullable BatchSource heldOut,
            long heldOutBatches,
            long evaluateEvery,
            long checkpointEvery,
            long budgetBytes) {}

    /** Hears of a run's progress. */
    public interface Listener {
        /** Called before the first step. */
        void begins(long step);

        /** Called after every step. */
        void stepped(StepReport report);

        /** Called after every evaluation of the held-out samples, with the number of steps done. */
        void evaluated(long step, Evaluation evaluation);
    }

    /**
     * How a run ended.
     *
     * @param from the step it began at
     * @param last report of the last step; empty if all were done before
     * @param predictions of the final weights: on held-out samples, or without any on the first training batch; empty
     *     if the engine refused to hold those without any
     * @param bytes of the step's arrays, measured
     * @param nanos of all steps with their evaluations and checkpoints
     */
    public record Outcome(
            long from, Optional<StepReport> last, Optional<Predictions> predictions, long bytes, long nanos) {

        /** The last evaluation of held-out samples. */
        public Optional<Evaluation> heldOut() {
            return predictions.filter(Predictions::heldOut).map(Predictions::evaluation);
        }
    }

    private final Plan plan;
    private final AdmittedRun admitted;
    private final Path folder;
    private final Engine engine;
    private final Listener listener;
    private float best = Float.NaN;
    private @Nullable Predictions predictions;
    private @Nullable OpenNetwork opened;

    private TrainingRun(Plan plan, AdmittedRun admitted, Path folder, Engine engine, Listener listener) {
        this.plan = plan;
        this.admitted = admitted;
        this.folder = folder;
        this.engine = engine;
        this.listener = listener;
    }

    /**
     * Runs a plan, from the checkpoint in the folder if there is one.
     *
     * @param admitted the plan's programs
     * @param initial weights of a run that begins
     * @param folder exists, and no other process writes to it
     * @throws DivergedException when a loss is not finite; the last checkpoint stays
     * @throws DataException when a file cannot be read or written
     * @throws RefusedException when the memory was free before and is no longer
     */
    public static Outcome run(
            Plan plan, AdmittedRun admitted, Weights initial, Path folder, Engine engine, Listener listener) {
        TrainingRun run = new TrainingRun(plan, admitted, folder, engine, listener);
        try {
            return run.run(initial);
        } finally {
            if (run.opened != null) {
                run.opened.close();
            }
        }
    }

    private Outcome run(Weights initial) {
        Path checkpoint = folder.resolve(CHECKPOINT);
        TrainingState state = Files.exists(checkpoint)
                ? TrainingState.load(checkpoint, plan.network)
                : TrainingState.initial(initial, plan.seed);
        if (state.step() > plan.steps) {
            throw new DataException("%s has %d steps, more than the %d of this run; ask for at least as many"
                    .formatted(checkpoint, state.step(), plan.steps));
        }
        best = bestBefore(state.step());
        if (!Float.isNaN(best) && state.step() < plan.steps && Files.notExists(folder.resolve(BEST))) {
            throw new DataException(
                    "%s is missing, and %s tells that there was one; without it the run cannot be resumed"
                            .formatted(folder.resolve(BEST), folder.resolve(EVALUATIONS)));
        }
        Trained trained = train(state);
        // The arrays of the step are free again: an evaluation after it needs no memory beside them.
        return new Outcome(
                state.step(),
                Optional.ofNullable(trained.last),
                Optional.ofNullable(predictions).or(() -> after(trained.weights)),
                trained.bytes,
                trained.nanos);
    }

    private record Trained(@Nullable StepReport last, Weights weights, long bytes, long nanos) {}

    private Trained train(TrainingState state) {
        long began = System.nanoTime();
        try (LossLog losses = LossLog.open(folder.resolve(LOSSES), LOSS_COLUMNS, state.step(), true);
                LossLog evaluations = LossLog.open(
                        folder.resolve(EVALUATIONS),
                        EVALUATION_COLUMNS,
                        state.step() == 0 ? 0 : state.step() + 1,
                        false);
                Trainer trainer = Trainer.open(admitted.step(), state, engine, plan.steps)) {
            listener.begins(trainer.step());
            StepReport last = null;
            while (trainer.step() < plan.steps) {
                StepReport report = trainer.step(plan.training.batch(trainer.step()));
                losses.add(report.step(), report.loss(), report.accuracy(), report.rate(), report.norm());
                listener.stepped(report);
                last = report;
                boolean end = trainer.step() == plan.steps;
                boolean better = plan.heldOut != null
                        && (end || trainer.step() % plan.evaluateEvery == 0)
                        && evaluate(trainer, evaluations);
                if (end || better || trainer.step() % plan.checkpointEvery == 0) {
                    losses.flush();
                    evaluations.flush();
                    save(trainer.state(), better);
                }
            }
            if (state.step() == plan.steps) {
                save(state, false);
            }
            return new Trained(last, trainer.weights(), trainer.bytes(), System.nanoTime() - began);
        }
    }

    /** What weights predict that were not evaluated while they were trained. */
    private Optional<Predictions> after(Weights weights) {
        try {
            return Optional.of(predict(weights));
        } catch (RefusedException e) {
            if (plan.heldOut != null) {
                throw e;
            }
            // The run is done; nobody asked for an evaluation.
            return Optional.empty();
        }
    }

    /**
     * The weights and the checkpoint take their names together, and with them the best weights: those in the folder are
     * then never older than the checkpoint, and a run that was killed in between finds them again.
     */
    private void save(TrainingState state, boolean better) {
        Divergence.check(state);
        try (OutputBatch files = new OutputBatch()) {
            if (better) {
                state.weights().add(files, folder.resolve(BEST));
            }
            // Files take their names in this order: weights mean that there is a checkpoint.
            state.add(files, folder.resolve(CHECKPOINT));
            state.weights().add(files, folder.resolve(WEIGHTS));
            files.commit();
        }
    }

    /** Whether no evaluation before was better. */
    private boolean evaluate(Trainer trainer, LossLog log) {
        predictions = predict(trainer.weights());
        Evaluation found = predictions.evaluation();
        log.add(trainer.step(), found.loss(), found.accuracy(), found.meanIou());
        listener.evaluated(trainer.step(), found);
        // As the table holds it, so that a resumed run compares the same numbers.
        float score = (float) (found.confusion().isPresent() ? found.accuracy() : -found.loss());
        // A network that gives NaN is never the best.
        boolean better = Double.isFinite(found.loss()) && (Float.isNaN(best) || score > best);
        best = better ? score : best;
        return better;
    }

    private Predictions predict(Weights weights) {
        OpenNetwork open = opened;
        if (open == null) {
            Admitted<NetworkProgram> evaluation = admitted.evaluation();
            open = OpenNetwork.open(
                    evaluation != null
                            ? evaluation
                            : OpenNetwork.admit(plan.network, engine, plan.batch, 0, plan.budgetBytes),
                    weights,
                    engine);
            opened = open;
        } else {
            open.load(weights);
        }
        return open.predict(plan.training, plan.heldOut, plan.heldOutBatches);
    }

    /** The best score of the evaluations up to a step; NaN without one. */
    private float bestBefore(long step) {
        if (step == 0 || Files.notExists(folder.resolve(EVALUATIONS))) {
            return Float.NaN;
        }
        float found = Float.NaN;
        Path file = folder.resolve(EVALUATIONS);
        try {
            for (List<String> fields : LossLog.read(file, EVALUATION_COLUMNS)) {
                float loss = Float.parseFloat(fields.get(1));
                float score = fields.get(2).isEmpty() ? -loss : Float.parseFloat(fields.get(2));
                boolean counts = Long.parseLong(fields.getFirst()) <= step && Float.isFinite(loss);
                found = counts && (Float.isNaN(found) || score > found) ? score : found;
            }
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new DataException(
                    "%s is damaged: a line is not step, loss, accuracy, mean_iou; without it the run cannot be resumed"
                            .formatted(file),
                    e);
        }
        return found;
    }
}
