package farsight.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Devices;
import farsight.engine.Engine;
import farsight.engine.OnDevice;
import org.junit.jupiter.api.Test;

@OnDevice
class DoctorDeviceTest {

    @Test
    void everyDeviceGivesTheRightProductAndSaysWhatItTook() {
        Examination e = Doctor.examine();
        for (Engine device : Devices.present()) {
            Finding f = Machine.of(e.findings(), device.id());
            assertThat(f.status()).as(f.toString()).isEqualTo(Outcome.OK);
            assertThat(f.found()).contains("compiling", "kernel", device.description());
        }
        assertThat(e.usable())
                .containsAll(Devices.present().stream().map(Engine::id).toList());
    }

    @Test
    void theSdkAndItsRuntimeAreFound() {
        Examination e = Doctor.examine();
        for (String subject :
                new String[] {"TORNADOVM_HOME", "TornadoVM SDK", "TornadoVM runtime", "silent fallback"}) {
            Finding f = Machine.of(e.findings(), subject);
            assertThat(f.status()).as(f.toString()).isEqualTo(Outcome.OK);
        }
    }

    @Test
    void everyDeviceTellsItsLimits() {
        for (Engine device : Devices.present()) {
            assertThat(device.facts()).hasValueSatisfying(f -> {
                assertThat(f.kind()).isIn("CPU", "GPU", "FPGA", "ACCELERATOR");
                assertThat(f.units()).isPositive();
                assertThat(f.memoryBytes()).isGreaterThanOrEqualTo(f.allocationBytes());
                assertThat(f.localBytes()).isPositive();
                assertThat(f.workGroup()).isBetween(1L, 1L << 20);
            });
        }
    }
}
