package farsight.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parameter counts as the papers' code has them. */
class ParameterCountTest {

    @Test
    void latentGnnOfAThousandChannels() {
        LatentGnn block = LatentGnn.of(1024, 100, 100).withChannelStride(8);
        for (LatentGnn.Norm norm : new LatentGnn.Norm[] {LatentGnn.Norm.BATCH, LatentGnn.Norm.FROZEN}) {
            LatentGnn normed = block.withNorm(norm);
            assertThat(normed.parameterCount()).isEqualTo(578_849);
            assertThat(normed.withMode(LatentGnn.Mode.SYMMETRIC).parameterCount())
                    .isEqualTo(421_521);
        }
    }

    /** s(Cc+2c) + Σ_k [s(c·d_k+2d_k) + flag(c²+2c)] + (K·c·C+2C) + 1; the 2c, 2d and 2C are the norms'. */
    @Test
    void latentGnnByItsFormula() {
        int channels = 96;
        int c = 24;
        int[] dims = {7, 30, 11};
        for (int s = 1; s <= 2; s++) {
            for (int flag = 0; flag <= 1; flag++) {
                for (int norm = 0; norm <= 1; norm++) {
                    long expected = (long) s * (channels * c + 2 * norm * c);
                    for (int d : dims) {
                        expected += (long) s * (c * d + 2 * norm * d) + (long) flag * (c * c + 2 * norm * c);
                    }
                    expected += (long) dims.length * c * channels + 2L * norm * channels + 1;
                    assertThat(LatentGnn.of(channels, 7, 30, 11)
                                    .withMode(s == 1 ? LatentGnn.Mode.SYMMETRIC : LatentGnn.Mode.ASYMMETRIC)
                                    .withGraphConv(flag == 1)
                                    .withNorm(norm == 1 ? LatentGnn.Norm.BATCH : LatentGnn.Norm.NONE)
                                    .parameterCount())
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void nonLocal() {
        assertThat(NonLocal.of(1024).parameterCount()).isEqualTo(2_099_712);
    }

    @Test
    void globalContext() {
        assertThat(Gc.of(1024).parameterCount()).isEqualTo(133_313);
        assertThat(Gc.of(1024).withRatio(0.25).parameterCount()).isEqualTo(527_105);
    }

    @Test
    void globalContextInEveryBlockOfTheUpperStagesOfAResNet50() {
        assertThat(resNet50(1.0 / 4)).isEqualTo(10_000_909);
        assertThat(resNet50(1.0 / 16)).isEqualTo(2_521_741);
    }

    /** 4 blocks of 512 channels in c3, 6 of 1024 in c4, 3 of 2048 in c5. */
    private static long resNet50(double ratio) {
        return Stream.of(new int[] {4, 512}, new int[] {6, 1024}, new int[] {3, 2048})
                .mapToLong(stage -> stage[0] * Gc.of(stage[1]).withRatio(ratio).parameterCount())
                .sum();
    }

    @Test
    void positionAttention() {
        // 512·64·2 + 2·64 for queries and keys, 512² + 512 for values, γ.
        assertThat(Pam.of(512).parameterCount()).isEqualTo(328_321);
    }

    @Test
    void channelAttentionHasItsGateAlone() {
        assertThat(new Cam(512).parameterCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64, 1024})
    void simplifiedNonLocal(int channels) {
        assertThat(new Snl(channels).parameterCount()).isEqualTo((long) channels * channels + channels + 1);
    }
}
