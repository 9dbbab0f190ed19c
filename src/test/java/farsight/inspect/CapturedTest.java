package farsight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import farsight.block.Block;
import farsight.block.LatentGnn;
import farsight.block.NonLocal;
import farsight.data.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CapturedTest {

    private static LatentRows random(int n, int d) {
        Random random = new Random(d);
        float[][] parts = {new float[n * d], new float[d * d], new float[n * d]};
        for (float[] part : parts) {
            for (int i = 0; i < part.length; i++) {
                part[i] = (float) random.nextGaussian();
            }
        }
        return LatentRows.of(parts[0], parts[1], parts[2], d);
    }

    private static double[][] whole(LatentRows rows) {
        float[][] a = rows.copy(IntStream.range(0, rows.queries()).toArray());
        double[][] all = new double[a.length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a.length; j++) {
                all[i][j] = a[i][j];
            }
        }
        return all;
    }

    static java.util.List<Block> latent() {
        return InspectorTest.latent();
    }

    @ParameterizedTest
    @MethodSource("latent")
    void aBlockCapturesNoMoreThanItsSpanAndItsSpanNoMoreThanTheBestOfItsRank(Block block) {
        Inspection i = Looked.at(block, Looked.normal(8, 6, 8));
        assertThat(i.captured()).hasSize(2).allSatisfy(c -> {
            assertThat(c.own()).isNotNegative().isLessThanOrEqualTo(c.span() + 1e-9);
            assertThat(c.span()).isLessThanOrEqualTo(c.best() + 1e-9);
            assertThat(c.best()).isLessThanOrEqualTo(1);
        });
    }

    @Test
    void anAffinityThatIsTheBlocksOwnIsCapturedWhole() {
        LatentRows rows = random(30, 4);
        Captured c =
                Captured.of("itself", whole(rows), rows, IntStream.range(0, 30).toArray());
        assertThat(c.best()).isCloseTo(1, within(1e-6));
        assertThat(c.span()).isCloseTo(1, within(1e-6));
        assertThat(c.own()).isCloseTo(1, within(1e-6));
        assertThat(c.spectrum().singular().length).isGreaterThanOrEqualTo(4);
    }

    @Test
    void squaresOfSingularValuesAddUpToTheFrobeniusNorm() {
        double[][] a = whole(random(25, 6));
        double sum = 0;
        for (double s : Spectrum.of(a, true).singular()) {
            sum += s * s;
        }
        assertThat(sum).isCloseTo(Matrices.dot(a, a), within(1e-9 * sum));
    }

    @Test
    void energyGrowsWithTheRankFromNothingToAll() {
        Spectrum s = Looked.at(NonLocal.of(8), Looked.normal(8, 6, 8))
                .attentions()
                .getFirst()
                .spectrum();
        assertThat(s).isNotNull();
        assertThat(s.captured(0)).isZero();
        assertThat(s.captured(48)).isEqualTo(1);
        for (int r = 1; r < 48; r++) {
            assertThat(s.captured(r)).isGreaterThanOrEqualTo(s.captured(r - 1));
        }
        assertThat(s.captured(s.rankFor(0.9))).isGreaterThanOrEqualTo(0.9);
        assertThat(s.captured(s.rankFor(0.9) - 1)).isLessThan(0.9);
    }

    @Test
    void theRankOfALatentAffinityIsAtMostD() {
        Inspection i = Looked.at(LatentGnn.of(8, 3), Looked.normal(8, 6, 8));
        assertThat(i.attentions().getFirst().spectrum())
                .isNotNull()
                .satisfies(s -> assertThat(s.singular().length).isBetween(1, 3));
    }

    @Test
    void withoutASpectrumTheRestRemainsAndANoteSaysWhy() {
        Tensor x = Looked.normal(8, 6, 8);
        for (long k = 0; k < x.elements(); k++) {
            x.values().setAtIndex(ValueLayout.JAVA_FLOAT, k, x.get(k) * 5e18f);
        }
        Inspection i = Looked.at(LatentGnn.of(8, 3), x);
        assertThat(i.captured()).extracting(Captured::affinity).doesNotContain("X·Xᵀ");
        assertThat(i.notes()).anyMatch(n -> n.contains("X·Xᵀ") && n.contains("NaN or infinite"));
        assertThat(i.attentions().getFirst().maps()).hasSize(4);
    }
}
