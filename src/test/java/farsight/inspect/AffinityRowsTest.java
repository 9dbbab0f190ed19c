package farsight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import farsight.block.AttentionFactors;
import farsight.block.Block;
import farsight.block.CrissCross;
import farsight.block.Dense;
import farsight.block.DoubleAttention;
import farsight.block.Efficient;
import farsight.block.Ema;
import farsight.block.LatentGnn;
import farsight.block.LatentGnnTalk;
import farsight.block.NonLocal;
import farsight.block.Nystrom;
import farsight.block.Pairwise;
import farsight.block.Pam;
import farsight.data.Tensor;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.model.FeatureShape;
import farsight.model.Model;
import farsight.model.OpenModel;
import farsight.program.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares rows of the affinity with the block's own results, on each engine of the JVM. */
class AffinityRowsTest {

    private static final int H = 6;
    private static final int W = 7;
    private static final Tensor X = Looked.normal(8, H, W);

    static List<Block> pairwise() {
        return InspectorTest.pairwise();
    }

    static List<Block> latent() {
        return InspectorTest.latent();
    }

    private static List<OpenModel> opened(Block block) {
        List<OpenModel> all = new ArrayList<>();
        for (String id : List.of("java", "vector")) {
            OpenModel open = Model.random(block, 5)
                    .openInspected(Engines.find(id), FeatureShape.of("x", X.shape()), Model.UNLIMITED);
            open.apply(X);
            all.add(open);
        }
        return all;
    }

    private static int[] all(AffinityRows rows) {
        return IntStream.range(0, rows.queries()).toArray();
    }

    /** A·V. */
    private static float[] gathered(AffinityRows rows, float[] values) {
        int width = values.length / rows.keys();
        float[] out = new float[rows.queries() * width];
        float[][] a = rows.copy(all(rows));
        for (int i = 0; i < a.length; i++) {
            for (int k = 0; k < width; k++) {
                double sum = 0;
                for (int j = 0; j < rows.keys(); j++) {
                    sum += (double) a[i][j] * values[j * width + k];
                }
                out[i * width + k] = (float) sum;
            }
        }
        return out;
    }

    private static void assertClose(float[] ours, float[] theirs) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < ours.length; i++) {
            difference += Math.pow((double) ours[i] - theirs[i], 2);
            norm += Math.pow(theirs[i], 2);
        }
        assertThat(ours).hasSameSizeAs(theirs);
        assertThat(Math.sqrt(difference / norm)).isLessThan(1e-5);
    }

    @ParameterizedTest
    @MethodSource("pairwise")
    void rowsTimesValuesEqualThePairwiseBlocksGatheredValues(Block block) {
        for (OpenModel open : opened(block)) {
            try (open) {
                AttentionFactors.Pairs p =
                        (AttentionFactors.Pairs) open.program().attention();
                Engine engine = Engines.find("vector");
                int width = (int) p.queries().shape().cols();
                try (AffinityRows rows = new PairwiseRows(
                        (Pairwise) block, engine, open.read(p.queries()), open.read(p.keys()), width)) {
                    assertClose(gathered(rows, open.read(p.values())), open.read(p.gathered()));
                    assertClose(output(open, block, List.of(gathered(rows, open.read(p.values())))), added(open));
                    if (((Pairwise) block).softmax()) {
                        rows.visit(all(rows), (place, values, from) -> {
                            double sum = 0;
                            for (int j = 0; j < rows.keys(); j++) {
                                assertThat(values[from + j]).isNotNegative();
                                sum += values[from + j];
                            }
                            assertThat(sum).isCloseTo(1, within(1e-5));
                        });
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("latent")
    void rowsTimesValuesEqualEachKernelsGatheredValues(Block block) {
        for (OpenModel open : opened(block)) {
            try (open) {
                List<float[]> all = new ArrayList<>();
                for (AttentionFactors.Kernel k :
                        ((AttentionFactors.LatentNodes) open.program().attention()).kernels()) {
                    float[] gathered = gathered(rows(open, k), open.read(k.values()));
                    if (block instanceof LatentGnnTalk) {
                        gathered = times(
                                gathered, open.read(open.program().parameters().get("weight")), 8, 8, false);
                    }
                    assertClose(gathered, open.read(k.gathered()));
                    all.add(gathered);
                }
                if (!(block instanceof LatentGnn l) || (!l.graphConv() && l.norm() == LatentGnn.Norm.NONE)) {
                    assertClose(output(open, block, all), added(open));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void rowsTimesValuesAreWhatEachPassOverRowsAndColumnsGathered(int recurrence) {
        for (OpenModel open : opened(new CrissCross(8, 2, recurrence))) {
            try (open) {
                AttentionFactors.CrissCross c =
                        (AttentionFactors.CrissCross) open.program().attention();
                assertThat(c.passes()).hasSize(recurrence);
                List<float[]> weights = new ArrayList<>();
                for (AttentionFactors.Pass pass : c.passes()) {
                    weights.add(open.read(pass.weights()));
                    AffinityRows rows = new CrissCrossRows(List.of(weights.getLast()), c.height(), c.width());
                    assertClose(gathered(rows, open.read(pass.values())), open.read(pass.gathered()));
                }
                // What two passes gather from any values is what the second gathers from what the first did.
                float[] values = open.read(c.passes().getFirst().values());
                float[] expected = values;
                for (float[] w : weights) {
                    expected = gathered(new CrissCrossRows(List.of(w), c.height(), c.width()), expected);
                }
                assertClose(gathered(new CrissCrossRows(weights, c.height(), c.width()), values), expected);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("latent")
    void statisticsOfTheFactorsEqualThoseOfTheRows(Block block) {
        try (OpenModel open = opened(block).getLast()) {
            List<LatentRows> kernels = ((AttentionFactors.LatentNodes)
                            open.program().attention())
                    .kernels().stream().map(k -> rows(open, k)).toList();
            LatentRows rows = LatentRows.sum(kernels);
            float[][] a = rows.copy(all(rows));
            CosineDistance cosine = new CosineDistance(rows.keys());
            double[][] full = new double[a.length][a.length];
            for (int i = 0; i < a.length; i++) {
                cosine.add(a[i], 0);
                for (int j = 0; j < a.length; j++) {
                    full[i][j] = kernels.stream().mapToDouble(cell(i, j)).sum();
                }
            }
            assertThat(rows.cosine().value()).isCloseTo(cosine.average(a.length).value(), within(1e-6));
            Spectrum ours = Spectrum.of(rows);
            Spectrum theirs = Spectrum.of(full, true);
            assertThat(ours.singular().length).isLessThanOrEqualTo(rows.latents());
            for (int i = 0; i < Math.min(ours.singular().length, theirs.singular().length); i++) {
                assertThat(ours.singular()[i]).isCloseTo(theirs.singular()[i], within(1e-6 * ours.singular()[0]));
            }
        }
    }

    private static java.util.function.ToDoubleFunction<LatentRows> cell(int i, int j) {
        return k -> {
            double sum = 0;
            for (int m = 0; m < k.latents(); m++) {
                sum += (double) k.left()[i * k.latents() + m] * k.right()[j * k.latents() + m];
            }
            return sum;
        };
    }

    private static LatentRows rows(OpenModel open, AttentionFactors.Kernel k) {
        float[] scatter = open.read(k.scatter());
        float[] gather = open.read(k.gather());
        Buffer latent = k.latent();
        return latent == null
                ? LatentRows.of(scatter, gather, k.nodes())
                : LatentRows.of(scatter, open.read(latent), gather, k.nodes());
    }

    /** What the block adds to x, from what it gathered. */
    private static float[] output(OpenModel open, Block block, List<float[]> gathered) {
        float[] first = gathered.getFirst();
        return switch (block) {
            case NonLocal n -> convolved(open, "conv_out.conv", first, n.inner());
            case Nystrom n -> convolved(open, "conv_out.conv", first, n.inner());
            case Efficient e -> convolved(open, "reprojection", beside(gathered), e.valueChannels());
            case Ema _ -> {
                float[] rebuilt = first.clone();
                for (int i = 0; i < rebuilt.length; i++) {
                    rebuilt[i] = Math.max(0, rebuilt[i]);
                }
                float[] y = times(rebuilt, parameter(open, "conv2.0.weight"), 8, 8, true);
                float[] x = open.read(open.program().x());
                for (int i = 0; i < y.length; i++) {
                    y[i] = Math.max(0, x[i] + y[i]) - x[i];
                }
                yield y;
            }
            case DoubleAttention d -> convolved(open, "conv_reconstruct", first, d.m());
            case Pam _ -> {
                float[] y = first.clone();
                for (int i = 0; i < y.length; i++) {
                    y[i] *= parameter(open, "gamma")[0];
                }
                yield y;
            }
            case Dense _, LatentGnnTalk _ -> {
                float[] y = first.clone();
                for (int i = 0; i < y.length; i++) {
                    y[i] = Math.max(0, y[i]) * parameter(open, "lambda")[0];
                }
                yield y;
            }
            case LatentGnn l -> {
                int width = l.inner() * gathered.size();
                float[] y = times(beside(gathered), parameter(open, "up_channel.0.weight"), 8, width, true);
                for (int i = 0; i < y.length; i++) {
                    y[i] *= parameter(open, "gamma")[0];
                }
                yield y;
            }
            default -> throw new IllegalArgumentException(block.kind());
        };
    }

    /** Kernels of one width, side by side on the channels. */
    private static float[] beside(List<float[]> gathered) {
        int inner = gathered.getFirst().length / (H * W);
        int width = inner * gathered.size();
        float[] side = new float[H * W * width];
        for (int i = 0; i < side.length; i++) {
            side[i] = gathered.get(i % width / inner)[i / width * inner + i % inner];
        }
        return side;
    }

    /** Y = X·Wᵀ + b. */
    private static float[] convolved(OpenModel open, String name, float[] x, int in) {
        float[] y = times(x, parameter(open, name + ".weight"), 8, in, true);
        float[] bias = parameter(open, name + ".bias");
        for (int i = 0; i < y.length; i++) {
            y[i] += bias[i % 8];
        }
        return y;
    }

    private static float[] parameter(OpenModel open, String name) {
        Buffer b = open.program().parameters().get(name);
        return open.read(b);
    }

    /** X·Wᵀ with W [out, in], or X·W with W [in, out]. */
    private static float[] times(float[] x, float[] w, int out, int in, boolean transposed) {
        float[] y = new float[x.length / in * out];
        for (int i = 0; i < y.length; i++) {
            double sum = 0;
            for (int k = 0; k < in; k++) {
                float weight = transposed ? w[i % out * in + k] : w[k * out + i % out];
                sum += (double) x[i / out * in + k] * weight;
            }
            y[i] = (float) sum;
        }
        return y;
    }

    /** y − x. */
    private static float[] added(OpenModel open) {
        float[] x = open.read(open.program().x());
        float[] y = open.read(open.program().y());
        for (int i = 0; i < y.length; i++) {
            y[i] -= x[i];
        }
        return y;
    }
}
