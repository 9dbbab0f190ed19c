package farsight.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Engine;
import farsight.engine.OnDevice;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A driver that compiles must leave the JVM's signal handlers in place; otherwise the JVM may end silently later. */
@OnDevice
class SignalsDeviceTest {

    @ParameterizedTest(name = "{0}")
    @MethodSource("farsight.engine.Devices#present")
    void theJvmKeepsItsSignalHandlers(Engine device) {
        assertThat(EngineChecks.run(device).status()).isEqualTo(Outcome.OK);
        assertThat(SignalChecks.all()).singleElement().isEqualTo(Finding.ok("signals", "the JVM handles its own"));
    }
}
