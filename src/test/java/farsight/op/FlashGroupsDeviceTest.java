package farsight.op;

import farsight.engine.Devices;
import farsight.engine.Engine;
import farsight.engine.OnDevice;
import farsight.engine.Variants;
import farsight.program.Shape;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention by work-groups at the edges of its tiles: 64 rows and keys, 16 columns per step, 128 items per group. */
@OnDevice
class FlashGroupsDeviceTest {

    static Stream<Arguments> casesOnDevices() {
        return Devices.present().stream()
                .flatMap(e -> cases().map(c -> Arguments.of(e.id(), c, Variants.withGroups(e))));
    }

    private static Stream<OpCase> cases() {
        return Stream.of(
                        Stream.of(PairCases.backwardToOneOperand(new Sizes.Map(new Shape(2, 67, 19), false))),
                        PairCases.attention(product(3, 64, 64, 16), 16),
                        PairCases.attention(product(2, 63, 65, 15), 17),
                        PairCases.attention(product(1, 1, 129, 129), 7),
                        PairCases.attention(product(2, 97, 193, 5), 259),
                        PairCases.attention(product(2, 61, 131, 257), 130),
                        PairCases.packed(product(2, 63, 65, 15), 17),
                        PairCases.packed(product(1, 97, 193, 130), 259),
                        L2ReluAttentionCases.of(product(3, 64, 64, 16)),
                        L2ReluAttentionCases.of(product(2, 63, 65, 15)),
                        L2ReluAttentionCases.withSharedQueries(product(2, 65, 63, 17)),
                        L2ReluAttentionCases.of(product(1, 129, 2_049, 131)))
                .flatMap(s -> s);
    }

    /** Added to what was there wherever the batch is even. */
    private static Sizes.Product product(int batch, int rows, int keys, int c) {
        return new Sizes.Product(batch, rows, keys, c, false, batch % 2 == 0);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("casesOnDevices")
    void workGroupsMatchTheEquation(String id, OpCase c, Engine engine) {
        c.check(engine, Errors.DEVICE);
    }
}
