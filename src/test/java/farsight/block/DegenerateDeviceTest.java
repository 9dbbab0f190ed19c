package farsight.block;

import farsight.engine.Devices;
import farsight.engine.Engine;
import farsight.engine.OnDevice;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link DegenerateTest} on devices, whose compilers may assume that NaN and infinity do not occur. */
@OnDevice
class DegenerateDeviceTest {

    static Stream<Arguments> runsOnDevices() {
        BlockRun one =
                BlockRun.random(NonLocal.of(4).withAttention(NonLocal.Attention.STREAMING), 1, Grid.points(1), 19);
        BlockRun latent = BlockRun.random(LatentGnn.of(4, 5).withChannelStride(2), 1, Grid.points(3), 20);
        BlockRun context = BlockRun.random(Gc.of(16), 2, Grid.points(1), 21);
        return Devices.present().stream()
                .flatMap(e -> Stream.of(
                                one,
                                latent.withX(new float[latent.x().length]),
                                context.withX(new float[context.x().length]))
                        .map(r -> Arguments.of(e.id(), r, e)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("runsOnDevices")
    void resultsContainNoNaN(String id, BlockRun run, Engine engine) {
        Answers.assertFinite(run.run(engine));
    }
}
