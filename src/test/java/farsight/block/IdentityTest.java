package farsight.block;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.op.attention.L2ReluAttention;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Properties of a block that hold for all numbers. */
class IdentityTest {

    private static final Grid GRID = new Grid(6, 7);
    private static final double CLOSE = 1e-5;

    static Stream<BlockRun> runs() {
        return Forms.all().stream().map(b -> BlockRun.random(b, 2, GRID, 11));
    }

    /** Those to which the order of the positions is nothing: landmarks are means of neighbours. */
    static Stream<BlockRun> runsOverPoints() {
        return runs().filter(r -> !Forms.needsGrid(r.block()) && !(r.block() instanceof Nystrom));
    }

    static Stream<BlockRun> runsWhoseImagesAreApart() {
        return runs().filter(r -> !(r.block() instanceof LatentGnn l && l.norm() == LatentGnn.Norm.BATCH));
    }

    static Stream<BlockRun> runsWithAnUnseenBias() {
        return runs().filter(r -> unseenBias(r.block()).isPresent());
    }

    static Stream<BlockRun> runsWithBases() {
        return runs().filter(r -> r.block() instanceof Ema);
    }

    static Stream<BlockRun> runsWithAGate() {
        return runs().filter(r -> gate(r.block()).isPresent());
    }

    /** The bias that shifts all logits of a softmax alike. */
    private static Optional<String> unseenBias(Block block) {
        return switch (block) {
            case CrissCross c -> Optional.of("key_conv.bias");
            case Nystrom n -> Optional.of("phi.conv.bias");
            case Snl s -> Optional.of("conv_mask.bias");
            case Gc g when g.pooling() == Gc.Pooling.ATT -> Optional.of("conv_mask.bias");
            case Pam p -> Optional.of("key_conv.bias");
            case Efficient e -> Optional.of("keys.bias");
            case DoubleAttention d -> Optional.of("convB.bias");
            case NonLocal n
            when n.mode() == NonLocal.Mode.EMBEDDED_GAUSSIAN ->
                Optional.of(n.subSample() ? "phi.0.conv.bias" : "phi.conv.bias");
            default -> Optional.empty();
        };
    }

    /** The factor of all that the block adds to x. */
    private static Optional<String> gate(Block block) {
        return switch (block) {
            case Dense d -> Optional.of("lambda");
            case Pam p -> Optional.of("gamma");
            case Cam c -> Optional.of("gamma");
            case LatentGnnTalk l -> Optional.of("lambda");
            case CrissCross c -> Optional.of("gamma");
            case LatentGnn l when l.residual() -> Optional.of("gamma");
            default -> Optional.empty();
        };
    }

    private static List<Engine> engines() {
        return List.of(Engines.find("java"), Engines.find("vector"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void aBlockStartsAsTheIdentityOrHalfOfIt(BlockRun run) {
        float factor = switch (run.block()) {
            case Gc g -> g.fusion().contains(Gc.Fusion.CHANNEL_MUL) ? 0.5f : 1f;
            case LatentGnn l -> l.residual() ? 1f : Float.NaN;
            case DoubleAttention d -> d.residual() ? 1f : Float.NaN;
            case Se s -> Float.NaN;
            case Ema e -> Float.NaN;
            default -> 1f;
        };
        float[] expected = run.x().clone();
        for (int i = 0; i < expected.length; i++) {
            expected[i] *= factor;
        }
        for (Engine engine : engines()) {
            float[] y = run.withInitialConstants().run(engine, Pass.FORWARD).y();
            if (Float.isNaN(factor)) {
                assertThat(y).as(engine.id()).isNotEqualTo(run.x());
            } else {
                assertThat(y).as(engine.id()).containsExactly(expected);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void aForwardPassAloneGivesTheSameOutput(BlockRun run) {
        boolean another = attends(run, Pass.FORWARD) != attends(run, Pass.FORWARD_BACKWARD);
        for (Engine engine : engines()) {
            float[] alone = run.run(engine, Pass.FORWARD).y();
            float[] before = run.run(engine).y();
            if (another) {
                // The same affinities, which only the backward pass stores.
                Answers.assertClose(engine.id(), alone, before, CLOSE);
            } else {
                assertThat(alone).as(engine.id()).containsExactly(before);
            }
        }
    }

    private static boolean attends(BlockRun run, Pass pass) {
        return run.program(pass).program().steps().stream().anyMatch(L2ReluAttention.class::isInstance);
    }

    /** Moves position i to 5i modulo 42. */
    private static float[] permuted(BlockRun run, float[] features) {
        int n = (int) GRID.positions();
        int c = run.block().channels();
        float[] moved = new float[features.length];
        for (int b = 0; b < run.batch(); b++) {
            for (int i = 0; i < n; i++) {
                System.arraycopy(features, (b * n + i) * c, moved, (b * n + i * 5 % n) * c, c);
            }
        }
        return moved;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runsOverPoints")
    void permutingPositionsPermutesOutputsAndLeavesParameterGradients(BlockRun run) {
        for (Engine engine : engines()) {
            BlockRun.Answer straight = run.run(engine);
            BlockRun.Answer moved = run.withX(permuted(run, run.x()))
                    .withDy(permuted(run, run.dy()))
                    .run(engine);
            Answers.assertClose("y", moved.y(), permuted(run, straight.y()), CLOSE);
            Map<String, float[]> gradients = straight.gradients();
            float[] dx = Objects.requireNonNull(gradients.get("x"));
            Answers.assertClose("d.x", moved.gradients().get("x"), permuted(run, dx), 10 * CLOSE);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runsWhoseImagesAreApart")
    void eachImageOfABatchIsComputedAsIfAlone(BlockRun run) {
        int image = run.x().length / run.batch();
        for (Engine engine : engines()) {
            BlockRun.Answer together = run.run(engine);
            for (int b = 0; b < run.batch(); b++) {
                int from = b * image;
                BlockRun.Answer alone = new BlockRun(
                                run.block(),
                                1,
                                run.grid(),
                                Arrays.copyOfRange(run.x(), from, from + image),
                                run.weights(),
                                Arrays.copyOfRange(run.dy(), from, from + image))
                        .run(engine);
                Answers.assertClose("y", Arrays.copyOfRange(together.y(), from, from + image), alone.y(), CLOSE);
                float[] dx = Objects.requireNonNull(together.gradients().get("x"));
                Answers.assertClose(
                        "d.x",
                        Arrays.copyOfRange(dx, from, from + image),
                        Objects.requireNonNull(alone.gradients().get("x")),
                        10 * CLOSE);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runsWithAnUnseenBias")
    void aBiasBeforeASoftmaxHasGradientExactlyZero(BlockRun run) {
        String unseen = unseenBias(run.block()).orElseThrow();
        for (Engine engine : engines()) {
            assertThat(run.run(engine).gradients().get(unseen)).as(unseen).containsOnly(0f);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runsWithBases")
    void theFittingOfBasesCarriesNoGradient(BlockRun run) {
        for (Engine engine : engines()) {
            BlockRun.Answer answer = run.run(engine);
            float[] residual = run.dy().clone();
            for (int i = 0; i < residual.length; i++) {
                residual[i] = answer.y()[i] > 0 ? residual[i] : 0;
            }
            assertThat(answer.gradients().get("x")).containsExactly(residual);
            assertThat(answer.gradients().get("conv1.weight")).containsOnly(0f);
            assertThat(answer.gradients().get("conv1.bias")).containsOnly(0f);
            assertThat(answer.gradients()).containsOnlyKeys("x", "conv1.weight", "conv1.bias", "conv2.0.weight");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runsWithAGate")
    void aZeroGateBlocksInnerGradientsButNotItsOwn(BlockRun run) {
        String gate = gate(run.block()).orElseThrow();
        for (Engine engine : engines()) {
            run.with(gate, 0f).run(engine).gradients().forEach((name, g) -> {
                if (name.equals("x")) {
                    assertThat(g).containsExactly(run.dy());
                } else if (name.equals(gate)) {
                    assertThat(g[0]).isNotZero();
                } else {
                    // −0 is 0 too.
                    assertThat(IntStream.range(0, g.length).filter(i -> g[i] != 0f))
                            .as(name)
                            .isEmpty();
                }
            });
        }
    }

    @Test
    void attentionPoolingWithAZeroMaskIsTheMean() {
        for (EnumSet<Gc.Fusion> fusion : List.of(EnumSet.of(Gc.Fusion.CHANNEL_ADD), EnumSet.allOf(Gc.Fusion.class))) {
            BlockRun attention = BlockRun.random(new Gc(12, 0.25, Gc.Pooling.ATT, fusion), 2, GRID, 3)
                    .with("conv_mask.weight", new float[12]);
            for (Engine engine : engines()) {
                Answers.assertClose(
                        "y",
                        attention.run(engine).y(),
                        averaged(attention).run(engine).y(),
                        1e-6);
            }
        }
    }

    @Test
    void attentionPoolingOfConstantFeaturesIsTheMean() {
        BlockRun attention =
                constant(BlockRun.random(new Gc(12, 0.25, Gc.Pooling.ATT, EnumSet.allOf(Gc.Fusion.class)), 2, GRID, 3));
        for (Engine engine : engines()) {
            Answers.assertClose(
                    "y",
                    attention.run(engine).y(),
                    averaged(attention).run(engine).y(),
                    1e-6);
        }
    }

    private static BlockRun averaged(BlockRun run) {
        Gc g = (Gc) run.block();
        return new BlockRun(
                new Gc(g.channels(), g.ratio(), Gc.Pooling.AVG, g.fusion()),
                run.batch(),
                run.grid(),
                run.x(),
                run.weights(),
                run.dy());
    }

    /** Every position as the first. */
    static BlockRun constant(BlockRun run) {
        float[] x = run.x().clone();
        int c = run.block().channels();
        for (int i = c; i < x.length; i++) {
            x[i] = x[i % c];
        }
        return run.withX(x);
    }

    @Test
    void aLayerNormOverOneValueOutputsItsBias() {
        BlockRun run =
                BlockRun.random(new Gc(16, 1.0 / 16, Gc.Pooling.ATT, EnumSet.of(Gc.Fusion.CHANNEL_ADD)), 2, GRID, 3);
        BlockRun other = run.with("channel_add_conv.0.weight", new float[16])
                .with("channel_add_conv.0.bias", 17f)
                .with("channel_add_conv.1.weight", -3f);
        for (Engine engine : engines()) {
            assertThat(other.run(engine).y()).containsExactly(run.run(engine).y());
        }
    }

    @Test
    void streamingAttentionEqualsFullAttentionOverManyBlocksOfKeys() {
        for (NonLocal.Mode mode : List.of(NonLocal.Mode.GAUSSIAN, NonLocal.Mode.EMBEDDED_GAUSSIAN)) {
            NonLocal full = NonLocal.of(6).withMode(mode);
            BlockRun run = BlockRun.random(full, 2, new Grid(19, 17), 5);
            BlockRun streaming = new BlockRun(
                    full.withAttention(NonLocal.Attention.STREAMING), 2, run.grid(), run.x(), run.weights(), run.dy());
            for (Engine engine : engines()) {
                Map<String, float[]> expected = Answers.all(run.run(engine));
                Answers.all(streaming.run(engine))
                        .forEach((name, v) -> Answers.assertClose(
                                name, v, Objects.requireNonNull(expected.get(name)), name.equals("y") ? 1e-5 : 1e-4));
            }
        }
    }
}
