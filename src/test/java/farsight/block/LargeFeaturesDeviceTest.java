package farsight.block;

import farsight.engine.Devices;
import farsight.engine.Engine;
import farsight.engine.OnDevice;
import farsight.engine.Variants;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Compilers with relaxed arithmetic sum every logit in the same order in both passes. */
@OnDevice
class LargeFeaturesDeviceTest {

    private static final NonLocal STREAMING = NonLocal.of(34).withAttention(NonLocal.Attention.STREAMING);

    static Stream<Arguments> blocksOnDevices() {
        NonLocal gaussian = NonLocal.of(16).withMode(NonLocal.Mode.GAUSSIAN);
        // More channels than the plain loop holds of a query.
        NonLocal wide = new NonLocal(
                130, 1, NonLocal.Mode.EMBEDDED_GAUSSIAN, NonLocal.Scale.NONE, true, NonLocal.Attention.STREAMING);
        List<NonLocal> blocks = List.of(STREAMING, gaussian.withAttention(NonLocal.Attention.STREAMING), wide);
        return Devices.present().stream()
                .flatMap(e -> Stream.of(e, Variants.withGroups(e)))
                .flatMap(e -> blocks.stream().map(b -> Arguments.of(e.id(), b, e)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("blocksOnDevices")
    void weightsOfARowSumToOneInTheBackwardPass(String id, NonLocal block, Engine engine) {
        LargeFeatures.assertWeightsAddUpToOneOfEveryBase(block, 2, new Grid(9, 9), engine, 1e-4);
    }
}
