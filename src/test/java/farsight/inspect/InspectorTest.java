package farsight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import farsight.block.Block;
import farsight.block.Cam;
import farsight.block.CrissCross;
import farsight.block.Dense;
import farsight.block.DoubleAttention;
import farsight.block.Efficient;
import farsight.block.Ema;
import farsight.block.Gc;
import farsight.block.LatentGnn;
import farsight.block.LatentGnnTalk;
import farsight.block.NonLocal;
import farsight.block.Nystrom;
import farsight.block.Pam;
import farsight.block.Se;
import farsight.block.Snl;
import farsight.data.DataException;
import farsight.data.Tensor;
import farsight.engine.Engines;
import farsight.engine.RefusedException;
import farsight.model.FeatureSource;
import farsight.model.Model;
import farsight.model.Origin;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InspectorTest {

    private static final int C = 8;

    static List<Block> pairwise() {
        List<Block> all = new ArrayList<>();
        for (NonLocal.Mode mode : NonLocal.Mode.values()) {
            all.add(NonLocal.of(C).withMode(mode));
            all.add(NonLocal.of(C).withMode(mode).withSubSample(true));
        }
        for (Dense.Normalizer n : Dense.Normalizer.values()) {
            all.add(new Dense(C, n));
        }
        for (NonLocal.Attention attention : NonLocal.Attention.values()) {
            all.add(Pam.of(C).withAttention(attention));
        }
        return all;
    }

    static List<Block> latent() {
        return List.of(
                LatentGnn.of(C, 3),
                LatentGnn.of(C, 3, 5),
                LatentGnn.of(C, 4).withMode(LatentGnn.Mode.SYMMETRIC).withGraphConv(true),
                LatentGnn.of(C, 4).withNorm(LatentGnn.Norm.BATCH).withResidual(false),
                LatentGnnTalk.of(C, 3),
                Efficient.of(C, 3),
                new Efficient(C, 6, 4, 2),
                DoubleAttention.of(C, 5, 3),
                DoubleAttention.of(C, 2, 3).withSoftmax(DoubleAttention.Axis.POSITIONS),
                Nystrom.of(C, 3),
                Ema.of(C, 3));
    }

    static List<Block> withAttention() {
        List<Block> all = new ArrayList<>(pairwise());
        all.addAll(latent());
        all.addAll(List.of(Gc.of(16), new Snl(C), new CrissCross(C, 2, 1), CrissCross.of(C)));
        return all;
    }

    /** Without the one whose maps are 0 off a query's row and column. */
    static List<Block> ofEveryPosition() {
        return withAttention().stream().filter(b -> !(b instanceof CrissCross)).toList();
    }

    static List<Block> all() {
        List<Block> all = new ArrayList<>(withAttention());
        all.add(new Cam(C));
        all.add(new Se(C, 4));
        all.add(new Gc(C, 0.5, Gc.Pooling.AVG, Gc.of(16).fusion()));
        return all;
    }

    @ParameterizedTest
    @MethodSource("withAttention")
    void everyQueryHasItsOwnMapUnlessOneServesAll(Block block) {
        Inspection i = Looked.at(block, Looked.normal(block.channels(), 6, 8));
        boolean one = block instanceof Gc || block instanceof Snl;
        assertThat(i.attentions()).isNotEmpty().allSatisfy(a -> {
            assertThat(a.maps())
                    .hasSize(one ? 1 : 4)
                    .allSatisfy(m -> assertThat(m).hasSize(48));
            assertThat(a.cosine().exact()).isTrue();
            assertThat(a.cosine().value()).isBetween(0.0, 1.0);
        });
        assertThat(i.attentions().getLast().cosine().value())
                .satisfies(v -> assertThat(v == 0).isEqualTo(one));
    }

    @ParameterizedTest
    @MethodSource("withAttention")
    void mapsOfASoftmaxSumToOne(Block block) {
        for (Attention a :
                Looked.at(block, Looked.normal(block.channels(), 6, 8)).attentions()) {
            if (a.softmax()) {
                int share = 48 / a.keys();
                for (float[] map : a.maps()) {
                    double sum = 0;
                    for (float v : map) {
                        sum += v;
                    }
                    assertThat(sum / share).isCloseTo(1, within(1e-5));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ofEveryPosition")
    void constantFeaturesGiveUniformMapsAndNoDistance(Block block) {
        Inspection i = Looked.at(block, Looked.constant(block.channels(), 6, 8));
        assertThat(i.input().value()).isCloseTo(0, within(1e-9));
        assertThat(i.output().value())
                .satisfiesAnyOf(
                        v -> assertThat(v).isCloseTo(0, within(1e-9)),
                        v -> assertThat(i.output().zeros()).isEqualTo(48));
        for (Attention a : i.attentions()) {
            // Where no latent node is used A is 0, and so is every row.
            boolean nothing = a.cosine().zeros() == 48;
            assertThat(a.cosine().value()).isCloseTo(nothing ? 0.5 : 0, within(1e-9));
            if (a.divergence() != null) {
                assertThat(a.divergence().value()).isCloseTo(0, within(1e-9));
            }
            for (float[] map : a.maps()) {
                for (float v : map) {
                    assertThat(v).isCloseTo(map[0], within(1e-6f));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void onePositionIsEnough(Block block) {
        if (block instanceof NonLocal n && n.subSample()) {
            return;
        }
        Inspection i = Looked.at(block, Looked.normal(block.channels(), 1, 1));
        assertThat(i.input().value()).isCloseTo(0, within(1e-12));
        assertThat(i.queries()).hasSize(1);
    }

    @Test
    void channelAttentionHasNoMaps() {
        Inspection i = Looked.at(new Cam(C), Looked.normal(C, 3, 4));
        assertThat(i.attentions()).isEmpty();
        assertThat(i.notes()).anyMatch(n -> n.contains("does not show how it weighs positions"));
    }

    @Test
    void meanPoolingHasNoAttentionAndANoteSaysSo() {
        Inspection i = Looked.at(new Se(C, 4), Looked.normal(C, 3, 4));
        assertThat(i.attentions()).isEmpty();
        assertThat(i.notes()).anyMatch(n -> n.contains("mean over all positions"));
    }

    @Test
    void aZeroGateAddsZeroEverywhere() {
        Model closed = new Model(LatentGnn.of(C, 3), farsight.model.Weights.initial(LatentGnn.of(C, 3), 1));
        Inspection i = Looked.at(closed, Looked.normal(C, 3, 4), "2");
        assertThat(i.output().zeros()).isEqualTo(12);
        assertThat(i.output().value()).isEqualTo(0.5);
    }

    @Test
    void fullAttentionThatDoesNotFitIsReplacedByStreamingWithANote() {
        Model model = Model.random(NonLocal.of(C), 3);
        Tensor x = Looked.normal(C, 24, 24);
        long budget = 1_000_000;
        Inspection small = Inspector.inspect(
                model,
                Engines.find("vector"),
                "x",
                new Origin.Numbers(),
                FeatureSource.of("x", x),
                new Inspector.Settings(Queries.parse("2"), List.of(), 0, budget, 1));
        assertThat(small.bytes()).isLessThan(budget);
        assertThat(small.notes()).anyMatch(n -> n.contains("streaming"));
        Inspection large = Looked.at(model, x, "2");
        assertThat(small.attentions().getFirst().maps().getLast())
                .isEqualTo(large.attentions().getFirst().maps().getLast());
        assertThat(small.output().value()).isCloseTo(large.output().value(), within(1e-5));
        Model dots = Model.random(NonLocal.of(C).withMode(NonLocal.Mode.DOT_PRODUCT), 3);
        assertThatThrownBy(() -> Inspector.inspect(
                        dots,
                        Engines.find("vector"),
                        "x",
                        new Origin.Numbers(),
                        FeatureSource.of("x", x),
                        new Inspector.Settings(Queries.parse("2"), List.of(), 0, budget, 1)))
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void badInputIsReportedInOneLine() {
        Model model = Model.random(NonLocal.of(2), 1);
        Tensor x = Looked.normal(2, 3, 4);
        assertThatThrownBy(() -> Looked.at(model, x, "4,0"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("4,0 lies outside of the 4 x 3")
                .hasMessageContaining("columns 0 to 3");
        assertThatThrownBy(() -> Looked.at(model, Tensor.allocate(1, 2, 5), "1,0"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("no grid");
        Tensor broken = Tensor.of(new float[] {1, Float.NaN}, 1, 2, 1);
        assertThatThrownBy(() -> Looked.at(model, broken, "1"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("1 values that are NaN");
    }
}
