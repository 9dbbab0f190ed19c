package farsight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.block.Block;
import farsight.block.Grid;
import farsight.block.LatentGnn;
import farsight.block.NonLocal;
import farsight.block.Pass;
import farsight.data.DataException;
import java.math.BigInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FootprintTest {

    static Stream<Block> blocks() {
        return WeightsTest.blocks();
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void everyBlockHasAFootprintAtQuarterOfAMillionPositions(Block block) {
        for (Pass pass : Pass.values()) {
            Footprint f = Footprint.of(block, 2, new Grid(500, 500), pass);
            assertThat(f.bytes()).isGreaterThan(2L * 2 * 250_000 * 32 * 4);
            assertThat(f.savedBytes()).isNotNegative();
            assertThat(f.flops()).isPositive();
            assertThat(f.bytesMoved()).isPositive();
        }
    }

    @Test
    void theFullAffinityEqualsTheTalksFigure() {
        // 500 GB in float64, so half of it in float32.
        assertThat(Footprint.affinityBytes(1, 250_000)).isEqualTo(250_000_000_000L);
        assertThat(Footprint.affinityBytes(1, Long.MAX_VALUE).bitLength()).isEqualTo(128);
        assertThat(Footprint.affinityBytes(3, 1)).isEqualTo(BigInteger.valueOf(12));
    }

    @Test
    void countsThatOverflowALongAreRefusedInOneLine() {
        assertThatThrownBy(() -> Footprint.of(NonLocal.of(64), 1, Grid.points(9_000_000_000L), Pass.FORWARD))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("N = 9000000000:")
                .hasMessageContaining("2^63");
        assertThatThrownBy(() -> Footprint.of(LatentGnn.of(64, 100), 0, Grid.points(4), Pass.FORWARD_BACKWARD))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("B = 0");
    }
}
