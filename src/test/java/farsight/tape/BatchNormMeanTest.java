package farsight.tape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import farsight.engine.Engines;
import farsight.engine.Session;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Batch norm of numbers far from 0, beside float64, within two spacings of floats there. Of a variance by a difference of
 * squares no digit would be left.
 */
class BatchNormMeanTest {

    private static final int CHANNELS = 3;

    /** The spacing of floats at 10,000. */
    private static final double ULP = Math.ulp(1e4f);

    @ParameterizedTest
    @CsvSource({
        "java, 7, 1",
        "java, 4096, 1",
        "java, 65537, 0.1",
        "vector, 7, 1",
        "vector, 4096, 1",
        "vector, 65537, 0.1"
    })
    void numbersAroundTenThousandAreNormedAsInFloat64(String engine, int rows, double deviation) {
        Program.Builder builder = new Program.Builder("norm");
        Tape tape = new Tape(builder, Purpose.RESULT);
        Buffer x = tape.given("x", new Shape(1, rows, CHANNELS), Role.INPUT);
        Buffer gamma = tape.given("gamma", Shape.vector(CHANNELS), Role.PARAMETER);
        Buffer beta = tape.given("beta", Shape.vector(CHANNELS), Role.PARAMETER);
        BatchNormed normed = tape.batchNorm(x, gamma, beta);
        builder.output(normed.y());
        builder.output(normed.mean());
        builder.output(normed.variance());
        float[] values = new float[rows * CHANNELS];
        Random random = new Random(rows);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (1e4 + deviation * random.nextGaussian());
        }
        float[] ones = new float[CHANNELS];
        Arrays.fill(ones, 1);
        try (Session session = Engines.find(engine).open(MemoryPlan.of(builder.build()))) {
            session.write(x, values);
            session.write(gamma, ones);
            session.write(beta, new float[CHANNELS]);
            session.run();
            float[] y = session.read(normed.y());
            for (int c = 0; c < CHANNELS; c++) {
                double mean = 0;
                for (int i = c; i < values.length; i += CHANNELS) {
                    mean += values[i] / (double) rows;
                }
                double variance = 0;
                for (int i = c; i < values.length; i += CHANNELS) {
                    variance += (values[i] - mean) * (values[i] - mean) / rows;
                }
                assertThat((double) session.read(normed.mean())[c]).isCloseTo(mean, within(2 * ULP));
                assertThat((double) session.read(normed.variance())[c]).isCloseTo(variance, withinPercentage(0.1));
                for (int i = c; i < values.length; i += CHANNELS) {
                    assertThat((double) y[i])
                            .isCloseTo((values[i] - mean) / Math.sqrt(variance + 1e-5), within(2 * ULP / deviation));
                }
            }
        }
    }
}
