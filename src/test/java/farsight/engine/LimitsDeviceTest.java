package farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.program.MemoryPlan;
import farsight.program.Shape;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A device refuses a plan that exceeds a limit, and names the limit. */
@OnDevice
class LimitsDeviceTest {

    static Stream<Arguments> devices() {
        return Devices.present().stream().map(e -> Arguments.of(e.id(), e));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void anArrayBeyondTheLargestAllocation(String id, Engine device) {
        long floats = device.limits().arrayFloats();
        String name = floats < MemoryPlan.MAX_ARRAY_ELEMENTS ? "the device's largest allocation" : Limits.COUNTED;
        assertThatThrownBy(() -> device.open(Fills.of(1, Shape.vector(floats + 1))))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("one array can have at most %,d here".formatted(floats))
                .hasMessageContaining(name);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void arraysThatTogetherExceedTheMemory(String id, Engine device) {
        Limits limits = device.limits();
        long floats = Math.min(limits.arrayFloats(), limits.memoryBytes() / 16);
        int arrays = Math.toIntExact(limits.memoryBytes() / (4 * floats) + 1);
        assertThatThrownBy(() -> device.open(Fills.of(arrays, Shape.vector(floats))))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("needs ")
                .hasMessageContaining(limits.memoryName() + " is " + Bytes.text(limits.memoryBytes()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void theLimitsAreThoseOfTheDriverAndOfTornadoVm(String id, Engine device) {
        DeviceFacts facts = device.facts().orElseThrow();
        Limits limits = device.limits();
        assertThat(limits.arrayBytes()).isEqualTo(facts.allocationBytes() - 1);
        assertThat(limits.memoryBytes()).isLessThanOrEqualTo(facts.memoryBytes());
        if (facts.kind().equals("CPU")) {
            assertThat(limits.memoryBytes())
                    .as("the arrays and the device's copies")
                    .isLessThanOrEqualTo(HostMemory.total() / 2);
        }
    }
}
