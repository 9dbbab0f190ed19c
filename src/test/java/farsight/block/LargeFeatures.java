package farsight.block;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Engine;
import farsight.engine.Session;
import farsight.op.F64;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

/** Streaming attention over features that are all about the same number: equal logits, or nearly so, of any size. */
final class LargeFeatures {

    /** The pixels of a picture that was not normalised are 255 at most. */
    private static final float[] BASES = {0f, 1f, 50f, 255f, 1000f, 3000f, 1e4f, 1e5f};

    private LargeFeatures() {}

    /** Every base, with and without noise, for blocks and sizes that differ from one to the next. */
    static Stream<BlockRun> runs() {
        List<BlockRun> runs = new ArrayList<>();
        NonLocal[] blocks = blocks();
        Grid[] grids = {new Grid(8, 8), new Grid(7, 3), new Grid(2, 2), new Grid(16, 17), new Grid(5, 9)};
        for (int b = 0; b < BASES.length; b++) {
            for (int i = 0; i < blocks.length; i++) {
                Grid grid = blocks[i].subSample() || (b + i) % 3 > 0
                        ? grids[(b + i) % grids.length]
                        : Grid.points(new int[] {1, 7, 64, 257}[(b + i) / 3 % 4]);
                runs.add(of(blocks[i], 1 + (b + i) % 2, grid, BASES[b], i % 2 == 0 ? 0f : 0.02f));
                runs.add(of(blocks[i], 1, grid, -BASES[b], i % 2 == 0 ? 0.02f : 0f));
            }
        }
        return runs.stream();
    }

    /** Keys and values in one buffer and in two, pooled and not, c = 4, 16, 17, 64, 128, 130. */
    private static NonLocal[] blocks() {
        NonLocal.Scale none = NonLocal.Scale.NONE;
        NonLocal.Scale inner = NonLocal.Scale.INNER;
        NonLocal.Scale channels = NonLocal.Scale.CHANNELS;
        NonLocal.Mode embedded = NonLocal.Mode.EMBEDDED_GAUSSIAN;
        NonLocal.Mode gaussian = NonLocal.Mode.GAUSSIAN;
        return new NonLocal[] {
            block(16, 1, gaussian, none, false),
            block(16, 2, gaussian, none, true),
            block(4, 2, gaussian, none, false),
            block(128, 4, gaussian, none, false),
            block(130, 8, gaussian, none, true),
            block(8, 2, embedded, inner, false),
            block(16, 1, embedded, none, false),
            block(34, 2, embedded, channels, false),
            block(17, 1, embedded, inner, true),
            block(64, 1, embedded, inner, false),
            block(128, 2, embedded, none, true),
            block(130, 1, embedded, channels, false)
        };
    }

    private static NonLocal block(
            int channels, int reduction, NonLocal.Mode mode, NonLocal.Scale scale, boolean subSample) {
        return new NonLocal(channels, reduction, mode, scale, subSample, NonLocal.Attention.STREAMING);
    }

    /** Features base + N(0, noise). */
    static BlockRun of(NonLocal block, int batch, Grid grid, float base, float noise) {
        BlockRun run = BlockRun.random(block, batch, grid, 41);
        Random random = new Random(43);
        float[] x = run.x().clone();
        for (int i = 0; i < x.length; i++) {
            x[i] = base + noise * (float) random.nextGaussian();
        }
        return run.withX(x);
    }

    /**
     * The gradient of g's bias is Σ_i W_outᵀ·dy_i, whatever the logits are: the weights of a row add up to 1.
     *
     * @param tolerance of each component, measured against its size and the norm of its terms: a sum of N equal numbers is
     *     rounded in the same direction again and again
     */
    static void assertWeightsAddUpToOne(BlockRun run, BlockRun.Answer answer, Engine engine, double tolerance) {
        float[] actual = Objects.requireNonNull(answer.gradients().get(biasOfValues(run)));
        assertWeightsAddUpToOne(run, actual, engine, tolerance);
    }

    private static String biasOfValues(BlockRun run) {
        return ((NonLocal) run.block()).subSample() ? "g.0.conv.bias" : "g.conv.bias";
    }

    /** The same for every base, in one session. */
    static void assertWeightsAddUpToOneOfEveryBase(
            NonLocal block, int batch, Grid grid, Engine engine, double tolerance) {
        BlockProgram program = BlockProgram.of(block, batch, grid, Pass.FORWARD_BACKWARD);
        try (Session session = engine.open(MemoryPlan.of(program.program()))) {
            for (float base : BASES) {
                for (float noise : new float[] {0f, 0.02f}) {
                    BlockRun run = of(block, batch, grid, base, noise);
                    run.give(program, session);
                    session.run();
                    Buffer bias = Objects.requireNonNull(program.gradients().get(biasOfValues(run)));
                    assertWeightsAddUpToOne(run, session.read(bias), engine, tolerance);
                }
            }
        }
    }

    private static void assertWeightsAddUpToOne(BlockRun run, float[] actual, Engine engine, double tolerance) {
        F64 dy = F64.of(run.program(Pass.FORWARD).x().shape(), run.dy());
        F64 w = Objects.requireNonNull(Reference.weights(run).get("conv_out.conv.weight"));
        double[] expected = dy.matMul(w).stacked().sumOfColumns().values();
        double[] sizes = dy.times(dy)
                .matMul(w.times(w))
                .stacked()
                .sumOfColumns()
                .map(Math::sqrt)
                .values();
        for (int j = 0; j < expected.length; j++) {
            double off = tolerance * (sizes[j] + Math.abs(expected[j]));
            assertThat((double) actual[j])
                    .as(
                            "component %d of the gradient of g's bias in %s, x[0] = %s, on %s",
                            j, run, run.x()[0], engine.id())
                    .isBetween(expected[j] - off, expected[j] + off);
        }
    }
}
