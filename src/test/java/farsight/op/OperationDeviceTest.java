package farsight.op;

import farsight.engine.Devices;
import farsight.engine.Engine;
import farsight.engine.OnDevice;
import farsight.engine.Variants;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@OnDevice
class OperationDeviceTest {

    static Stream<Arguments> casesOnDevices() {
        return Devices.present().stream()
                .flatMap(e -> Stream.of(e, Variants.withGroups(e)))
                .flatMap(e -> OpCases.all(Sizes.DEVICE).map(c -> Arguments.of(e.id(), c, e)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("casesOnDevices")
    void everyDeviceMatchesTheEquation(String id, OpCase c, Engine engine) {
        c.check(engine, Errors.DEVICE);
    }
}
