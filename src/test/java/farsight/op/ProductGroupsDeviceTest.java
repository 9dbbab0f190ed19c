package farsight.op;

import farsight.engine.Devices;
import farsight.engine.Engine;
import farsight.engine.OnDevice;
import farsight.engine.Variants;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Products by work-groups at the edges of every tile: 16 to 256 rows and columns, 16 terms per step, 256 per block. */
@OnDevice
class ProductGroupsDeviceTest {

    static Stream<Arguments> casesOnDevices() {
        return Devices.present().stream()
                .flatMap(e -> products()
                        .flatMap(p -> Stream.concat(ProductCases.of(p), GemmL2Cases.of(p)))
                        .map(c -> Arguments.of(e.id(), c, Variants.withGroups(e))));
    }

    private static Stream<Sizes.Product> products() {
        return Stream.of(
                new Sizes.Product(1, 256, 16, 16, false, true),
                new Sizes.Product(2, 257, 17, 33, true, false),
                new Sizes.Product(3, 16, 256, 64, false, false),
                new Sizes.Product(1, 65, 64, 256, false, true),
                new Sizes.Product(2, 31, 100, 257, true, true),
                new Sizes.Product(2, 8_193, 129, 17, true, false),
                new Sizes.Product(1, 16_384, 128, 15, false, true));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("casesOnDevices")
    void workGroupsMatchTheEquation(String id, OpCase c, Engine engine) {
        c.check(engine, Errors.DEVICE);
    }
}
