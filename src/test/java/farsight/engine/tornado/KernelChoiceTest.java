package farsight.engine.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.DeviceFacts;
import farsight.op.GroupLimits;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelChoiceTest {

    @ParameterizedTest(name = "{0} on a {1}")
    @CsvSource({
        "AUTO,   CPU, 0, 1",
        "AUTO,   GPU, 49152, 1024",
        "PLAIN,  CPU, 0, 1",
        "PLAIN,  GPU, 0, 1024",
        "GROUPS, CPU, 49152, 1024",
        "GROUPS, GPU, 49152, 1024",
        "AUTO,   FPGA, 0, 1",
    })
    void onlyGpusHaveGroupsUnlessAllAreToAndPlainOnesHaveNoLocalMemory(
            KernelChoice choice, String kind, long localBytes, long size) {
        DeviceFacts device = new DeviceFacts(kind, 8, 1L << 33, 1L << 31, 49_152, 1_024);
        assertThat(choice.limits(device)).isEqualTo(new GroupLimits(localBytes, size));
    }
}
