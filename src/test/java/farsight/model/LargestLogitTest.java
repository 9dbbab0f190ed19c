package farsight.model;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.Block;
import farsight.block.BlockProgram;
import farsight.block.Cam;
import farsight.block.Dense;
import farsight.block.DoubleAttention;
import farsight.block.Efficient;
import farsight.block.Gc;
import farsight.block.Grid;
import farsight.block.LatentGnn;
import farsight.block.LatentGnnTalk;
import farsight.block.NonLocal;
import farsight.block.Pam;
import farsight.block.Pass;
import farsight.block.Se;
import farsight.block.Snl;
import farsight.data.Tensor;
import farsight.engine.Engines;
import farsight.engine.Session;
import farsight.op.attention.StoredAttention;
import farsight.op.norm.SoftmaxPositions;
import farsight.op.norm.SoftmaxRows;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LargestLogitTest {

    static Stream<Block> softmaxBlocks() {
        List<Block> blocks = new ArrayList<>(List.of(new Dense(6, Dense.Normalizer.SOFTMAX), Gc.of(16), new Snl(5)));
        for (NonLocal.Scale scale : NonLocal.Scale.values()) {
            for (boolean subSample : new boolean[] {false, true}) {
                blocks.add(
                        new NonLocal(8, 2, NonLocal.Mode.EMBEDDED_GAUSSIAN, scale, subSample, NonLocal.Attention.FULL));
            }
        }
        blocks.addAll(List.of(
                Pam.of(8).withAttention(NonLocal.Attention.FULL),
                new Cam(8),
                new Efficient(8, 6, 4, 2),
                DoubleAttention.of(8, 4, 3)));
        blocks.add(DoubleAttention.of(8, 4, 3).withSoftmax(DoubleAttention.Axis.POSITIONS));
        blocks.add(NonLocal.of(8).withMode(NonLocal.Mode.GAUSSIAN));
        blocks.add(NonLocal.of(8).withMode(NonLocal.Mode.GAUSSIAN).withSubSample(true));
        for (Grid.Kind kind : List.of(Grid.Kind.LINE, Grid.Kind.VIDEO)) {
            blocks.add(NonLocal.of(8).withGrid(kind).withSubSample(true));
        }
        return blocks.stream();
    }

    /** 63 positions, on a grid that the block accepts. */
    private static Grid lie(Block block) {
        return switch (block.grids().getFirst()) {
            case LINE -> Grid.points(63);
            case PLANE -> new Grid(7, 9);
            case VIDEO -> new Grid(3, 3, 7);
        };
    }

    private static Tensor features(Block block, int batch, double mean, double spread, long seed) {
        Random random = new Random(seed);
        float[] x = new float[batch * block.channels() * 7 * 9];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) (mean + spread * random.nextGaussian());
        }
        return Tensor.of(x, new FeatureShape(batch, block.channels(), lie(block)).toArray());
    }

    /** What full attention gives its softmax. */
    private static double largestOfSoftmax(Model model, Tensor x) {
        BlockProgram program = BlockProgram.of(model.block(), x.shape()[0], lie(model.block()), Pass.FORWARD);
        double largest = 0;
        try (Session session = Engines.find("java").open(MemoryPlan.withoutSharing(program.program()))) {
            float[] rows = new float[(int) x.elements()];
            int c = model.block().channels();
            for (int i = 0; i < rows.length; i++) {
                rows[i] = x.get((long) (i / (63 * c)) * 63 * c + (long) (i % c) * 63 + i / c % 63);
            }
            session.write(program.x(), rows);
            program.parameters()
                    .forEach((name, b) ->
                            session.write(b, model.weights().get(name).values()));
            session.run();
            for (var step : program.program().steps()) {
                if (step instanceof StoredAttention attention) {
                    largest = Math.max(largest, largest(session, attention));
                }
                Buffer logits =
                        step instanceof SoftmaxRows s ? s.x() : step instanceof SoftmaxPositions p ? p.x() : null;
                double scale = step instanceof SoftmaxRows s ? s.scale() : 1;
                for (float v : logits == null ? new float[0] : session.read(logits)) {
                    largest = Math.max(largest, Math.abs(scale * v));
                }
            }
        }
        return largest;
    }

    /** Of σ·q_i·k_j, which the operation overwrites by their softmax. */
    private static double largest(Session session, StoredAttention attention) {
        float[] q = session.read(attention.q());
        float[] k = session.read(attention.k());
        int c = Math.toIntExact(attention.q().shape().cols());
        int rows = Math.toIntExact(attention.q().shape().rows());
        int keys = Math.toIntExact(attention.k().shape().rows());
        double largest = 0;
        for (int row = 0; row < q.length / c; row++) {
            for (int j = 0; j < keys; j++) {
                double logit = 0;
                for (int i = 0; i < c; i++) {
                    logit += (double) q[row * c + i] * k[(row / rows * keys + j) * c + i];
                }
                largest = Math.max(largest, Math.abs(attention.scale() * logit));
            }
        }
        return largest;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("softmaxBlocks")
    void theLargestLogitIsALogitOfTheSoftmaxNearItsMaximum(Block block) {
        for (int seed = 1; seed <= 6; seed++) {
            Model model = Model.random(block, seed);
            for (double mean : new double[] {0, 3, -100}) {
                Tensor x = features(block, 2, mean, 1, seed);
                double found = LargestLogit.of(model, x).value();
                double largest = largestOfSoftmax(model, x);
                assertThat(found).isBetween(0.7 * largest, 1.0001 * largest + 1e-4);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("softmaxBlocks")
    void onlyCoarselyResolvedLogitsAreReportedAsCoarse(Block block) {
        Model model = Model.random(block, 3);
        assertThat(LargestLogit.of(model, features(block, 1, 0, 1, 5)).coarse()).isFalse();
        assertThat(LargestLogit.of(model, features(block, 1, 0.5, 5, 5)).coarse())
                .isFalse();
        assertThat(LargestLogit.of(model, features(block, 1, 3e6, 1e6, 5)).coarse())
                .isTrue();
    }

    @Test
    void blocksWhoseLogitsAreBoundedHaveNone() {
        for (Block block : List.of(
                Dense.of(8),
                new Se(8, 2),
                LatentGnn.of(8, 4),
                LatentGnnTalk.of(8, 4),
                NonLocal.of(8).withMode(NonLocal.Mode.DOT_PRODUCT),
                NonLocal.of(8).withMode(NonLocal.Mode.CONCATENATION),
                new Gc(16, 0.25, Gc.Pooling.AVG, Gc.of(16).fusion()))) {
            LargestLogit none = LargestLogit.of(Model.random(block, 1), features(block, 1, 0, 1e9, 1));
            assertThat(none.value()).isZero();
            assertThat(none.coarse()).isFalse();
        }
    }

    @Test
    void resolutionIsFloat32sAtThatSize() {
        assertThat(new LargestLogit(1_040_400).resolution()).isEqualTo(0.0625);
        assertThat(new LargestLogit(32_767).coarse()).isFalse();
        assertThat(new LargestLogit(32_768).coarse()).isTrue();
        assertThat(new LargestLogit(1e60).resolution()).isInfinite();
    }
}
