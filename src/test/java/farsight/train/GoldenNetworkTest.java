package farsight.train;

import farsight.engine.Engine;
import farsight.engine.Engines;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenNetworkTest {

    static Stream<Arguments> casesOnHostEngines() {
        return Stream.of("java", "vector")
                .map(Engines::find)
                .flatMap(e -> GoldenNetwork.all().map(c -> Arguments.of(e.id(), c, e)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("casesOnHostEngines")
    void logitsAndFirstGradientsMatchLibtorch(String id, GoldenNetwork golden, Engine engine) {
        golden.checkGradients(engine, 1);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("casesOnHostEngines")
    void tenStepsMatchLibtorch(String id, GoldenNetwork golden, Engine engine) {
        golden.checkRun(engine, 1);
    }
}
