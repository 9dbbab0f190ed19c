package farsight.train;

import farsight.data.DataException;
import farsight.data.Tensor;
import farsight.engine.Engine;
import farsight.engine.RefusedException;
import farsight.engine.Session;
import farsight.model.Admitted;
import farsight.model.Model;
import farsight.model.Weights;
import farsight.network.Network;
import farsight.network.Optimizer;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * Trains a network on an engine. Weights, moments and running statistics stay in the engine's arrays; a step sends the
 * batch and a few numbers, and fetches the loss. Not for use by several threads at a time.
 *
 * <p>Two runs of the same weights, seed and batches give the same bits on one engine, for any number of threads,
 * whether or not one of them was stopped and resumed from its {@link #state}.
 */
public final class Trainer implements AutoCloseable {

    private final Network network;
    private final StepProgram program;
    private final Engine engine;
    private final Session session;
    private final long batch;
    private final long steps;
    private TrainingState start;
    private long step;

    private Trainer(Engine engine, Admitted<StepProgram> admitted, long steps, TrainingState start) {
        program = admitted.recorded();
        network = program.forward().recorded().network();
        batch = program.forward().recorded().x().shape().batch();
        this.engine = engine;
        this.steps = steps;
        this.start = start;
        session = admitted.open(engine);
    }

    /**
     * Allocates a training step and loads a state.
     *
     * @param state where to begin, such as {@link TrainingState#initial}
     * @param batch B, at least 1
     * @param steps of the whole run, which the schedule of the learning rate may depend on
     * @param budgetBytes the most that all arrays may take; {@link farsight.model.Model#UNLIMITED} for what the engine
     *     can hold
     * @throws RefusedException when it would exceed the budget or what the engine can hold; nothing was allocated then
     * @throws farsight.block.spec.SpecException when the network has no loss or no optimizer
     * @throws DataException when the state is of another network or optimizer
     */
    public static Trainer open(
            Network network, TrainingState state, Engine engine, long batch, long steps, long budgetBytes) {
        return open(AdmittedRun.step(network, engine, batch, 0, budgetBytes), state, engine, steps);
    }

    /** As above, for a step that was admitted. */
    static Trainer open(Admitted<StepProgram> admitted, TrainingState state, Engine engine, long steps) {
        Trainer trainer = new Trainer(engine, admitted, steps, state);
        try {
            trainer.restore(state);
            return trainer;
        } catch (RuntimeException | Error e) {
            trainer.close();
            throw e;
        }
    }

    /**
     * As above, from weights, with seed 1 and without a budget.
     *
     * @throws RefusedException when it would exceed what the engine can hold; nothing was allocated then
     */
    public static Trainer open(Network network, Weights weights, Engine engine, long batch, long steps) {
        return open(network, TrainingState.initial(weights, 1), engine, batch, steps, Model.UNLIMITED);
    }

    /**
     * Goes on from a state.
     *
     * @throws DataException when the state is of another network or optimizer
     */
    public void restore(TrainingState state) {
        if (!state.moments().isEmpty()
                && !state.moments().keySet().equals(program.moments().keySet())) {
            throw new DataException("a state with the moments %s does not fit this optimizer, which has %s"
                    .formatted(state.moments().keySet(), program.moments().keySet()));
        }
        StateArrays.write(session, program.parameters(), program.statistics(), state.weights());
        program.moments().forEach((name, b) -> {
            Tensor given = state.moments().get(name);
            session.write(b, (given == null ? Tensor.allocate(b.elements()) : given).values());
        });
        program.forward().writeClassWeights(session);
        start = state;
        step = state.step();
    }

    /**
     * Trains up to a step.
     *
     * @param source of the batches
     * @param until the step after the last one
     * @param each called after every step
     * @throws DivergedException when a loss is not finite
     */
    public void run(BatchSource source, long until, Consumer<StepReport> each) {
        while (step < until) {
            each.accept(step(source.batch(step)));
        }
    }

    /**
     * One step on a batch.
     *
     * @throws DataException when the batch's shapes or labels do not fit
     * @throws DivergedException when the loss is not finite; weights and statistics are then those before this step
     */
    public StepReport step(Batch given) {
        given.check(network, batch);
        long began = System.nanoTime();
        Optimizer optimizer = network.mustHaveOptimizer();
        double rate = optimizer.rate() * optimizer.schedule().factor(step, steps);
        program.forward().write(session, given);
        program.forward().writeSeed(session, start.seed(), step);
        session.write(program.numbers(), Rules.numbers(optimizer, rate, step));
        session.run(0);
        float loss = session.read(program.forward().loss())[0];
        if (!Float.isFinite(loss)) {
            throw Divergence.explain(network, weights(), engine, given, start.seed(), step, loss, rate);
        }
        session.run(1);
        StepReport report = new StepReport(
                step,
                loss,
                program.forward().accuracy(session),
                rate,
                program.norm() == null ? Double.NaN : session.read(program.norm())[0],
                System.nanoTime() - began);
        step++;
        return report;
    }

    /** Steps done, with those of the state that the run began from. */
    public long step() {
        return step;
    }

    /** The weights and running statistics after the last step, in memory of their own. */
    public Weights weights() {
        SequencedMap<String, Tensor> now = new LinkedHashMap<>();
        program.parameters()
                .forEach((name, b) -> now.put(
                        name,
                        StateArrays.read(session, b, start.weights().get(name).shape())));
        SequencedMap<String, Tensor> kept = new LinkedHashMap<>();
        program.statistics().forEach((name, b) -> {
            Tensor before = Objects.requireNonNull(
                    start.weights().statistics().tensors().get(name));
            kept.put(name, StateArrays.read(session, b, before.shape()));
        });
        return start.weights().moved(now, kept, step - start.step());
    }

    /** All that another trainer needs to go on from here. */
    public TrainingState state() {
        SequencedMap<String, Tensor> moments = new LinkedHashMap<>();
        program.moments().forEach((name, b) -> {
            String weight = name.substring(name.indexOf('.', Moments.PREFIX.length()) + 1);
            moments.put(
                    name,
                    StateArrays.read(session, b, start.weights().get(weight).shape()));
        });
        return new TrainingState(weights(), moments, step, start.seed());
    }

    /** Bytes of the arrays, measured. */
    public long bytes() {
        return session.bytes();
    }

    @Override
    public void close() {
        session.close();
    }
}
