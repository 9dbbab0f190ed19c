package farsight.op;

import farsight.engine.Devices;
import farsight.engine.Engine;
import farsight.engine.OnDevice;
import farsight.engine.Variants;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link LargeLogitsTest} on devices with finite logits only: their compilers may assume that others do not occur. */
@OnDevice
class LargeLogitsDeviceTest {

    static Stream<Arguments> shapesOnDevices() {
        return Devices.present().stream()
                .flatMap(e -> Stream.of(
                        Arguments.of(e.id(), 7, 67, 1f, e),
                        Arguments.of(e.id(), 70, 130, -0.5f, e),
                        Arguments.of("groups " + e.id(), 7, 67, 1f, Variants.withGroups(e)),
                        Arguments.of("groups " + e.id(), 70, 130, -0.5f, Variants.withGroups(e))));
    }

    @ParameterizedTest(name = "{0} {1} {2} {3}")
    @MethodSource("shapesOnDevices")
    void rowsEqualTheSoftmaxOfTheirLogitsAtEveryMagnitude(String id, int rows, int keys, float scale, Engine engine) {
        List<AttentionRun> runs = new ArrayList<>();
        for (double query : new double[] {1e-19, 1, 50, 3e3, 1e7, 6e18}) {
            for (double key : new double[] {1e-10, 1, 255, 1e5, 1.1e9, 5e18}) {
                runs.add(LargeLogits.of(rows, keys, 2, scale, query, key));
            }
        }
        List<AttentionRun.Answer> answers = AttentionRun.on(engine, runs);
        for (int i = 0; i < runs.size(); i++) {
            LargeLogits.check(runs.get(i), answers.get(i), 1e-4, false);
        }
    }
}
