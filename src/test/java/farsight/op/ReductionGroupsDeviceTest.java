package farsight.op;

import farsight.engine.Devices;
import farsight.engine.Engine;
import farsight.engine.OnDevice;
import farsight.engine.Variants;
import farsight.program.Shape;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sums, maxima and norms by work-groups at the edges of their partition: rows of fewer and of more numbers than a
 * group has items; all columns in a group, and 32 of them; one chunk, and so many that a group loops over their
 * partial sums.
 */
@OnDevice
class ReductionGroupsDeviceTest {

    static Stream<Arguments> casesOnDevices() {
        return Devices.present().stream()
                .flatMap(e -> cases().map(c -> Arguments.of(e.id(), c, Variants.withGroups(e))));
    }

    private static Stream<OpCase> cases() {
        return Stream.of(
                        new Sizes.Map(new Shape(2, 1_031, 97), true),
                        new Sizes.Map(new Shape(1, 70_001, 1), false),
                        new Sizes.Map(new Shape(1, 3, 4_099), true),
                        new Sizes.Map(new Shape(2, 261, 64), false))
                .flatMap(ReductionGroupsDeviceTest::of);
    }

    private static Stream<OpCase> of(Sizes.Map m) {
        Shape s = m.shape();
        var product = new Sizes.Product((int) s.batch(), (int) s.rows(), 1, (int) s.cols(), false, m.accumulate());
        return Stream.of(
                        NormalizingCases.of(m),
                        PositionCases.sums(m),
                        BatchNormCases.sums(m),
                        LossCases.of(m),
                        Stream.of(PairCases.pairSumGradient(m), PairCases.rowDot(product), ElementCases.total(m)))
                .flatMap(cases -> cases);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("casesOnDevices")
    void workGroupsMatchTheEquation(String id, OpCase c, Engine engine) {
        c.check(engine, Errors.DEVICE);
    }
}
