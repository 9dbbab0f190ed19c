package farsight.tape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import farsight.engine.Engines;
import farsight.engine.Session;
import farsight.op.image.Window;
import farsight.op.image.WindowAxis;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Convolution on the tape: its gradients, and the memory it plans. */
class ConvolutionTapeTest {

    private static final int BATCH = 2;
    private static final int CHANNELS = 4;

    /** y = conv(conv(x)), both with the same weight and bias, so that their gradients are sums of two. */
    private record Twice(Program program, Buffer x, Buffer w, Buffer b, Buffer y, Buffer dy, List<Buffer> gradients) {

        static Twice of(Window window, int groups) {
            Program.Builder p = new Program.Builder("twice");
            Tape tape = new Tape(p, Purpose.BACKWARD);
            Buffer x = tape.given("x", new Shape(BATCH, window.in(), CHANNELS), Role.INPUT);
            Buffer w = tape.given(
                    "w", ImageAdjoints.convolutionWeight(CHANNELS, CHANNELS, window, groups), Role.PARAMETER);
            Buffer b = tape.given("b", Shape.vector(CHANNELS), Role.PARAMETER);
            Buffer first = tape.images().convolve(x, w, b, window, groups);
            Buffer y = tape.images().convolve(first, w, b, next(window), groups);
            Buffer dy = tape.given("dy", y.shape(), Role.INPUT);
            List<Buffer> gradients = tape.backward(y, dy, List.of(x, w, b));
            p.output(y);
            return new Twice(p.build(), x, w, b, y, dy, gradients);
        }

        private static Window next(Window w) {
            return new Window(next(w.rows()), next(w.cols()));
        }

        private static WindowAxis next(WindowAxis a) {
            return new WindowAxis(a.out(), a.kernel(), a.stride(), a.padding(), a.dilation());
        }
    }

    static Stream<Arguments> cases() {
        List<Window> windows = List.of(
                Window.square(5, 6, 3, 1, 1),
                Window.square(9, 8, 3, 2, 1),
                Window.line(11, 4, 1, 2),
                Window.square(3, 4, 1, 1, 0),
                new Window(new WindowAxis(9, 2, 1, 1, 2), new WindowAxis(7, 3, 2, 1, 1)));
        return windows.stream()
                .flatMap(w -> Stream.of(1, 2, CHANNELS)
                        .flatMap(groups -> Stream.of("java", "vector").map(id -> Arguments.of(id, w, groups))));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("cases")
    void gradientsAreTheDerivativesOfTheResult(String engine, Window window, int groups) {
        Twice c = Twice.of(window, groups);
        Random random = new Random(1);
        try (Session s = Engines.find(engine).open(MemoryPlan.of(c.program))) {
            float[] dy = normal(random, c.dy);
            s.write(c.dy, dy);
            List<Buffer> inputs = List.of(c.x, c.w, c.b);
            List<float[]> at = new ArrayList<>();
            for (Buffer input : inputs) {
                at.add(normal(random, input));
                s.write(input, at.getLast());
            }
            s.run();
            List<float[]> gradients = c.gradients.stream().map(s::read).toList();
            for (int n = 0; n < inputs.size(); n++) {
                float[] way = normal(random, inputs.get(n));
                // The result is a polynomial of the second degree at most, of which differences of any width are exact.
                double above = along(s, c, inputs.get(n), at.get(n), way, 0.5f, dy);
                double below = along(s, c, inputs.get(n), at.get(n), way, -0.5f, dy);
                s.write(inputs.get(n), at.get(n));
                double expected = above - below;
                double found = 0;
                double size = 0;
                for (int i = 0; i < way.length; i++) {
                    found += (double) way[i] * gradients.get(n)[i];
                    size += Math.abs((double) way[i] * gradients.get(n)[i]);
                }
                assertThat(found).as(inputs.get(n).name()).isCloseTo(expected, within(1e-5 * size + 1e-4));
            }
        }
    }

    /** Σ dy·y with an input moved along a way. */
    private static double along(Session s, Twice c, Buffer input, float[] at, float[] way, float by, float[] dy) {
        float[] moved = new float[at.length];
        for (int i = 0; i < at.length; i++) {
            moved[i] = at[i] + by * way[i];
        }
        s.write(input, moved);
        s.run();
        float[] y = s.read(c.y);
        double sum = 0;
        for (int i = 0; i < y.length; i++) {
            sum += (double) dy[i] * y[i];
        }
        return sum;
    }

    private static float[] normal(Random random, Buffer b) {
        float[] values = new float[Math.toIntExact(b.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @Test
    void aPlanHasTheWeightAgainAndNoArrayOfWindows() {
        Window window = Window.square(64, 64, 3, 1, 1);
        Program.Builder p = new Program.Builder("conv");
        Tape tape = new Tape(p, Purpose.RESULT);
        Buffer x = tape.given("x", new Shape(8, window.in(), 64), Role.INPUT);
        Buffer w = tape.given("w", ImageAdjoints.convolutionWeight(64, 64, window, 1), Role.PARAMETER);
        Buffer y = tape.images().convolve(x, w, null, window, 1);
        p.output(y);
        assertThat(MemoryPlan.of(p.build()).bytes())
                .isEqualTo(x.shape().bytes() + 2 * w.shape().bytes() + y.shape().bytes());
    }

    @Test
    void anInputWhoseGradientIsNotNeededGetsNone() {
        Window window = Window.square(8, 8, 3, 1, 1);
        Program.Builder p = new Program.Builder("conv");
        Tape tape = new Tape(p, Purpose.BACKWARD);
        Buffer x = tape.given("x", new Shape(1, window.in(), 3), Role.INPUT);
        Buffer still = tape.detached(() -> tape.relu(x));
        Buffer w = tape.given("w", ImageAdjoints.convolutionWeight(5, 3, window, 1), Role.PARAMETER);
        Buffer y = tape.images().convolve(still, w, null, window, 1);
        Buffer dy = tape.given("dy", y.shape(), Role.INPUT);
        p.output(y);
        var _ = tape.backward(y, dy, List.of(w));
        assertThat(p.build().steps()).extracting(step -> step.name()).doesNotContain("convolutionInputGradient");
    }

    @Test
    void aWindowWhoseNumbersFillMoreThanHalfAnIntIsRefused() {
        Tape tape = new Tape(new Program.Builder("large"), Purpose.RESULT);
        Buffer x = tape.given("x", new Shape(1, 40_000, 2), Role.INPUT);
        Window largest = Window.line(40_000, 32_767, 1, 0);
        Window larger = Window.line(40_000, 32_768, 1, 0);
        assertThat(tape.images().maxPool(x, largest).shape().rows()).isEqualTo(7_234);
        for (Consumer<Window> operation : List.<Consumer<Window>>of(
                w -> tape.images().maxPool(x, w),
                w -> tape.images().averagePool(x, w),
                w -> tape.images()
                        .convolve(
                                x,
                                tape.given("w", ImageAdjoints.convolutionWeight(2, 2, w, 1), Role.PARAMETER),
                                null,
                                w,
                                1))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> operation.accept(larger))
                    .withMessageContaining("expected at most 32767");
        }
    }
}
