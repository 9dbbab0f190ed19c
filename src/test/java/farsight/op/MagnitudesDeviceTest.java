package farsight.op;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Devices;
import farsight.engine.Engine;
import farsight.engine.OnDevice;
import farsight.engine.Variants;
import farsight.op.norm.L2Positions;
import farsight.op.norm.L2Rows;
import farsight.op.norm.LayerNorm;
import farsight.program.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Finite numbers whose squares overflow, in the operations that sum squares, on devices. */
@OnDevice
class MagnitudesDeviceTest {

    private static final double LARGE = 1e20;

    static Stream<Arguments> casesOnDevices() {
        List<OpCase> cases = Numbers.of(LARGE).make(MagnitudesDeviceTest::cases);
        return Devices.present().stream()
                .flatMap(e -> Stream.of(e, Variants.withGroups(e)))
                .flatMap(e -> cases.stream().map(c -> Arguments.of(e.id(), c, e)));
    }

    private static Stream<OpCase> cases() {
        return Stream.of(new Sizes.Map(new Shape(2, 5, 37), false), new Sizes.Map(new Shape(2, 9, 5), true))
                .flatMap(NormalizingCases::of)
                .filter(c -> c.op() instanceof L2Rows || c.op() instanceof L2Positions || c.op() instanceof LayerNorm);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("casesOnDevices")
    void largeFiniteNumbersAreNormalisedLikeSmallOnes(String id, OpCase c, Engine engine) {
        assertThat(c.wrong(engine, Errors.DEVICE)).isEmpty();
        c.check(engine, Errors.DEVICE);
    }
}
