package farsight.block;

import farsight.engine.Engine;
import farsight.engine.Engines;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenTest {

    static Stream<Arguments> casesOnHostEngines() {
        return Stream.of("java", "vector")
                .map(Engines::find)
                .flatMap(e -> GoldenCase.all().map(c -> Arguments.of(e.id(), c, e)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("casesOnHostEngines")
    void outputsAndGradientsMatchLibtorch(String id, GoldenCase golden, Engine engine) {
        GoldenAssertions.assertAgrees(golden, golden.run(engine), 1);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("casesOnHostEngines")
    void outputsOfAForwardPassAloneMatchLibtorch(String id, GoldenCase golden, Engine engine) {
        GoldenAssertions.assertOutputAgrees(golden, golden.forward(engine), 1);
    }
}
