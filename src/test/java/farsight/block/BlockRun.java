package farsight.block;

import farsight.engine.Engine;
import farsight.engine.Session;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A block with numbers to run it on.
 *
 * @param x [B, N, C]
 * @param weights every parameter, by name
 * @param dy upstream gradient, like x
 */
public record BlockRun(Block block, int batch, Grid grid, float[] x, Map<String, float[]> weights, float[] dy) {

    /**
     * What an engine made of it.
     *
     * @param gradients of x and of every trained parameter, by name; empty after a forward pass
     * @param statistics the batch's values, by name
     */
    public record Answer(
            float[] y,
            Map<String, float[]> gradients,
            Map<String, float[]> statistics,
            long predicted,
            long measured) {}

    @Override
    public String toString() {
        return BlockSpec.write(block) + " B=" + batch + " grid=" + grid;
    }

    /**
     * Normal numbers everywhere, so that no path of the block is idle; always the same ones for a seed. The grid is
     * changed to a kind that the block accepts.
     */
    public static BlockRun random(Block block, int batch, Grid positions, long seed) {
        Grid grid = Forms.lie(block, positions);
        Random random = new Random(seed);
        int features = Math.toIntExact(batch * grid.positions() * block.channels());
        Map<String, float[]> weights = new LinkedHashMap<>();
        for (Parameter p : block.parameters()) {
            float[] values = normal(random, Math.toIntExact(p.elements()));
            if (p.name().endsWith("running_var")) {
                for (int i = 0; i < values.length; i++) {
                    values[i] = 0.2f + values[i] * values[i];
                }
            }
            weights.put(p.name(), values);
        }
        return new BlockRun(block, batch, grid, normal(random, features), weights, normal(random, features));
    }

    private static float[] normal(Random random, int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** With the values that parameters start from where that is 0 or 1. */
    public BlockRun withInitialConstants() {
        Map<String, float[]> changed = new LinkedHashMap<>(weights);
        for (Parameter p : block.parameters()) {
            if (p.init() == Parameter.Init.ZERO || p.init() == Parameter.Init.ONE) {
                float[] values = new float[Math.toIntExact(p.elements())];
                java.util.Arrays.fill(values, p.init() == Parameter.Init.ONE ? 1f : 0f);
                changed.put(p.name(), values);
            }
        }
        return new BlockRun(block, batch, grid, x, changed, dy);
    }

    /** With another x. */
    public BlockRun withX(float[] newX) {
        return new BlockRun(block, batch, grid, newX, weights, dy);
    }

    /** With another upstream gradient. */
    public BlockRun withDy(float[] newDy) {
        return new BlockRun(block, batch, grid, x, weights, newDy);
    }

    /** With one parameter changed. */
    public BlockRun with(String parameter, float... values) {
        Map<String, float[]> changed = new LinkedHashMap<>(weights);
        changed.put(parameter, values);
        return new BlockRun(block, batch, grid, x, changed, dy);
    }

    /** The block recorded for these numbers. */
    public BlockProgram program(Pass pass) {
        return BlockProgram.of(block, batch, grid, pass);
    }

    /** Runs it forward and backward. */
    public Answer run(Engine engine) {
        return run(engine, Pass.FORWARD_BACKWARD);
    }

    /** Runs it. */
    public Answer run(Engine engine, Pass pass) {
        BlockProgram program = program(pass);
        MemoryPlan plan = MemoryPlan.of(program.program());
        try (Session session = engine.open(plan)) {
            give(program, session);
            session.run();
            return answer(engine, plan, program, session);
        }
    }

    /** Writes the inputs and the weights. */
    public void give(BlockProgram program, Session session) {
        session.write(program.x(), x);
        if (program.dy() != null) {
            session.write(program.dy(), dy);
        }
        program.parameters().forEach((name, b) -> session.write(b, Objects.requireNonNull(weights.get(name), name)));
    }

    private static Answer answer(Engine engine, MemoryPlan plan, BlockProgram program, Session session) {
        Map<String, float[]> gradients = new LinkedHashMap<>();
        @Nullable Buffer dx = program.dx();
        if (dx != null) {
            gradients.put("x", session.read(dx));
        }
        program.gradients().forEach((name, b) -> gradients.put(name, session.read(b)));
        Map<String, float[]> statistics = new LinkedHashMap<>();
        program.statistics().forEach((name, b) -> statistics.put(name, session.read(b)));
        return new Answer(
                session.read(program.y()), gradients, statistics, engine.predictedBytes(plan), session.bytes());
    }
}
