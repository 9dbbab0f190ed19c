package farsight.train;

import farsight.block.Parameter;
import farsight.block.spec.SpecException;
import farsight.network.Extents;
import farsight.network.Layer;
import farsight.network.Network;
import farsight.network.NetworkProgram;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What each layer of a network costs in a training step, and what the arrays take. Nothing is allocated.
 *
 * @param layers in order; a layer that holds others comes after them and counts only what it does itself
 * @param others what belongs to no layer: {@code loss} and {@code update}
 * @param evaluation the arrays of a forward pass in evaluation mode
 * @param step the arrays of a training step; null for a network that cannot be trained, whose layers then have the cost
 *     of a forward pass in evaluation mode
 * @param untrained why a network with a loss and an optimizer cannot be trained on such a batch; null otherwise
 */
public record LayerCosts(
        List<Row> layers,
        SequencedMap<String, Cost> others,
        MemoryPlan evaluation,
        @Nullable MemoryPlan step,
        @Nullable String untrained) {

    /**
     * A layer.
     *
     * @param path its name with the names around it
     * @param parameters of the layer itself
     */
    public record Row(String path, Layer layer, Extents out, long parameters, Cost forward, Cost backward) {}

    /**
     * The cost of some steps.
     *
     * @param flops floating-point operations
     * @param bytes moved, each operand of each operation once
     */
    public record Cost(long flops, long bytes) {

        /** Nothing. */
        public static final Cost NONE = new Cost(0, 0);

        Cost plus(Step step) {
            return new Cost(Math.addExact(flops, step.flops()), Math.addExact(bytes, step.bytes()));
        }

        /** The sum. */
        public Cost plus(Cost other) {
            return new Cost(Math.addExact(flops, other.flops), Math.addExact(bytes, other.bytes));
        }
    }

    /** Copies the lists. */
    public LayerCosts {
        layers = List.copyOf(layers);
    }

    /**
     * Computes the costs.
     *
     * @param batch B, at least 1
     */
    public static LayerCosts of(Network network, long batch) {
        NetworkProgram evaluated = OpenNetwork.record(network, batch);
        Program evaluation = evaluated.builder().build();
        String untrained = null;
        if (network.loss().isPresent() && network.optimizer().isPresent()) {
            try {
                StepProgram step = StepProgram.of(network, batch);
                return of(
                        step.forward().recorded(),
                        step.program(),
                        step.forward().steps(),
                        MemoryPlan.of(evaluation),
                        MemoryPlan.of(step.program()),
                        null);
            } catch (SpecException e) {
                untrained = String.valueOf(e.getMessage());
            }
        }
        return of(evaluated, evaluation, evaluation.steps().size(), MemoryPlan.of(evaluation), null, untrained);
    }

    private static LayerCosts of(
            NetworkProgram recorded,
            Program program,
            int forward,
            MemoryPlan evaluation,
            @Nullable MemoryPlan step,
            @Nullable String untrained) {
        Map<String, Cost> before = new LinkedHashMap<>();
        Map<String, Cost> after = new LinkedHashMap<>();
        for (int i = 0; i < program.steps().size(); i++) {
            Step one = program.steps().get(i);
            (i < forward ? before : after).merge(recorded.owner(i), Cost.NONE.plus(one), Cost::plus);
        }
        List<Row> rows = new ArrayList<>();
        for (NetworkProgram.Visit v : recorded.visits()) {
            rows.add(new Row(
                    v.path(),
                    v.layer(),
                    v.layer().out(v.in()),
                    v.layer().branches().isEmpty() ? Parameter.count(v.layer().parameters(v.in())) : 0,
                    cost(before, v.path()),
                    cost(after, v.path())));
        }
        SequencedMap<String, Cost> others = new LinkedHashMap<>();
        before.forEach((owner, cost) -> others.put(bare(owner), cost));
        after.forEach((owner, cost) -> others.merge(bare(owner), cost, Cost::plus));
        return new LayerCosts(rows, others, evaluation, step, untrained);
    }

    /** Without the mark that no layer's name can have. */
    private static String bare(String owner) {
        return owner.replace("#", "");
    }

    private static Cost cost(Map<String, Cost> all, String path) {
        return Objects.requireNonNullElse(all.remove(path), Cost.NONE);
    }
}
