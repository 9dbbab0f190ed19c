package farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The memory limit of a device's arrays, and the parsing of TornadoVM's option. */
class MemoryLimitTest {

    private static final long GIB = 1L << 30;
    private static final MemoryLimit MACHINE = new MemoryLimit(20 * GIB, "the machine");
    private static final MemoryLimit JVM = new MemoryLimit(18 * GIB, "the JVM");

    private String before;

    @BeforeEach
    void remember() {
        before = System.getProperty(MemoryLimit.OPTION, "");
    }

    @AfterEach
    void restore() {
        if (before.isEmpty()) {
            System.clearProperty(MemoryLimit.OPTION);
        } else {
            System.setProperty(MemoryLimit.OPTION, before);
        }
    }

    private static MemoryLimit of(String kind, long own, long option) {
        return MemoryLimit.ofDevice(kind, own * GIB, option * GIB, MACHINE, JVM);
    }

    @Test
    void aGpuKeepsSomeOfItsMemoryForItsDriver() {
        assertThat(of("GPU", 16, 24))
                .isEqualTo(new MemoryLimit(15 * GIB, "the device's memory less 1 GiB for its driver"));
        assertThat(of("GPU", 2, 24)).isEqualTo(new MemoryLimit(2 * GIB, "the device's memory"));
    }

    @Test
    void eachDeviceHasTheLeastOfItsOwnAndOfTheOptionForAll() {
        assertThat(of("GPU", 16, 8).bytes()).isEqualTo(8 * GIB);
        assertThat(of("GPU", 16, 8).name()).contains("-Dtornado.device.memory");
        assertThat(of("ACCELERATOR", 12, 24)).isEqualTo(new MemoryLimit(12 * GIB, "the device's memory"));
    }

    @Test
    void aCpuDeviceHasHalfOfTheMachineAsItsArraysLieThereTwice() {
        assertThat(of("CPU", 25, 24))
                .isEqualTo(new MemoryLimit(10 * GIB, "half of the machine (a CPU device's arrays lie in it twice)"));
    }

    @Test
    void hostCopiesMustFitInHostMemory() {
        assertThat(of("GPU", 80, 80)).isEqualTo(JVM);
        MemoryLimit wide = new MemoryLimit(100 * GIB, "the JVM");
        assertThat(MemoryLimit.ofDevice("GPU", 80 * GIB, 80 * GIB, MACHINE, wide))
                .isEqualTo(new MemoryLimit(20 * GIB, "the machine for the arrays' copies on the host"));
    }

    @ParameterizedTest
    @CsvSource({"4GB,4294967296", "2KB,2048", "12345,12345", "20000000000B,20000000000", "1PB,1125899906842624"})
    void theOptionIsParsedLikeTornadoVm(String text, long bytes) {
        System.setProperty(MemoryLimit.OPTION, text);
        assertThat(MemoryLimit.asked()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"junk", "", "B", "GB", "4G", "4 GB", "4gb", "0GB", "-1GB", "1.5GB", "9EB", "99999999999TB"})
    void anOptionThatTornadoVmCannotParseGivesOneLine(String text) {
        System.setProperty(MemoryLimit.OPTION, text);
        assertThatThrownBy(MemoryLimit::asked)
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("-Dtornado.device.memory=" + text + ": expected for example 20GB");
    }

    @Test
    void theDefaultIsTornadoVms() {
        System.clearProperty(MemoryLimit.OPTION);
        assertThat(MemoryLimit.asked()).isEqualTo(4 * GIB);
    }
}
