package farsight.advise;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.Block;
import farsight.block.Grid;
import farsight.block.NamedBlock;
import farsight.block.Pass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 7, 8, 1000, 1023, 1024, 2000, 2001})
    void theLargestHoldsAndTheNextDoesNot(long last) {
        assertThat(Sizes.largest(k -> k <= last, 1, 2000)).isEqualTo(Math.min(last, 2000));
    }

    @Test
    void nothingHoldsBelowTheLeast() {
        assertThat(Sizes.largest(k -> k <= 1, 2, 100)).isZero();
        assertThat(Sizes.largest(k -> true, 1, 0)).isZero();
    }

    @Test
    void aNumberIsAnyNAndAGridKeepsItsAspect() {
        Block gc = NamedBlock.find("gc").block(16, 0);
        Block crisscross = NamedBlock.find("crisscross").block(16, 0);
        Grid grid = new Grid(200, 400);
        assertThat(Sizes.of(gc, grid, true, Pass.FORWARD).at(77)).isEqualTo(Grid.points(77));
        assertThat(Sizes.of(gc, grid, false, Pass.FORWARD).at(100)).isEqualTo(new Grid(100, 200));
        assertThat(Sizes.of(crisscross, grid, true, Pass.FORWARD).at(200)).isEqualTo(grid);
    }
}
