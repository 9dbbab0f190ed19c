package farsight.train;

import farsight.engine.Devices;
import farsight.engine.Engine;
import farsight.engine.OnDevice;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@OnDevice
class GoldenNetworkDeviceTest {

    static Stream<Arguments> casesOnDevices() {
        return Devices.present().stream().flatMap(e -> GoldenNetwork.all().map(c -> Arguments.of(e.id(), c, e)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("casesOnDevices")
    void logitsAndFirstGradientsMatchLibtorch(String id, GoldenNetwork golden, Engine engine) {
        golden.checkGradients(engine, 10);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("casesOnDevices")
    void tenStepsMatchLibtorch(String id, GoldenNetwork golden, Engine engine) {
        golden.checkRun(engine, 10);
    }
}
