package farsight.block;

import farsight.engine.Devices;
import farsight.engine.Engine;
import farsight.engine.OnDevice;
import farsight.engine.Variants;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@OnDevice
class GoldenDeviceTest {

    /** What the context of kernels with work-groups takes of a device, at most: it depends on the JVM's layout of it. */
    private static final long CONTEXT_BYTES = 512;

    static Stream<Arguments> casesOnDevices() {
        return Devices.present().stream()
                .flatMap(e -> Stream.of(e, Variants.withGroups(e)))
                .flatMap(e -> GoldenCase.all().map(c -> Arguments.of(e.id(), c, e)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("casesOnDevices")
    void outputsAndGradientsAreThoseOfLibtorch(String id, GoldenCase golden, Engine engine) {
        boolean groups = engine.id().startsWith("groups");
        GoldenAssertions.assertAgrees(golden, golden.run(engine), 10, groups ? CONTEXT_BYTES : 0);
    }
}
