package farsight.block;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Devices;
import farsight.engine.Engine;
import farsight.engine.OnDevice;
import farsight.program.MemoryPlan;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * The golden cases compare predicted and measured bytes with a backward pass. These tests compare them for the forward
 * pass alone at another N.
 */
@OnDevice
class MemoryDeviceTest {

    static Stream<Arguments> blocksOnDevices() {
        return Devices.present().stream()
                .flatMap(e -> Stream.of(
                                Dense.of(3),
                                NonLocal.of(4),
                                Pam.of(4),
                                new Cam(4),
                                new Efficient(4, 2, 4, 2),
                                DoubleAttention.of(4, 3, 2),
                                Nystrom.of(4, 3),
                                Ema.of(4, 3),
                                new Snl(3),
                                new Gc(4, 0.5, Gc.of(16).pooling(), Gc.of(16).fusion()),
                                new Se(4, 2),
                                LatentGnnTalk.of(3, 2),
                                LatentGnn.of(4, 2))
                        .map(b -> Arguments.of(e.id(), b, e)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("blocksOnDevices")
    void measuredBytesAreArraysPlusHeaders(String id, Block block, Engine engine) {
        BlockRun run = BlockRun.random(block, 1, Grid.points(641), 31);
        MemoryPlan plan = MemoryPlan.of(run.program(Pass.FORWARD).program());
        BlockRun.Answer answer = run.run(engine, Pass.FORWARD);
        assertThat(answer.measured())
                .isEqualTo(answer.predicted())
                .isEqualTo(plan.bytes() + plan.arrays() * TornadoNativeArray.ARRAY_HEADER);
    }
}
