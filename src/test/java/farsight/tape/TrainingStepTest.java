package farsight.tape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.Session;
import farsight.engine.Variants;
import farsight.op.update.Adam;
import farsight.op.update.GradientNorm;
import farsight.op.update.RunningStatistic;
import farsight.op.update.Sgd;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.vector.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forward, loss, backward and update as one program. */
class TrainingStepTest {

    private static final int BATCH = 3;
    private static final int ROWS = 7;
    private static final int IN = 4;
    private static final int CLASSES = 3;
    private static final Adam.Rule ADAM = new Adam.Rule(0.9, 0.999, 1e-8, 0.01, false);

    /** A linear classifier that learns. */
    private static final class Step {
        private final Program.Builder builder = new Program.Builder("step");
        private final Tape tape = new Tape(builder, Purpose.BACKWARD);
        private final Buffer x = tape.given("x", new Shape(BATCH, ROWS, IN), Role.INPUT);
        private final Buffer labels = tape.given("labels", new Shape(BATCH, ROWS, 1), Role.INPUT);
        private final Buffer hyper = tape.given("hyper", Shape.vector(ADAM.hypers()), Role.INPUT);
        private final Buffer w = tape.given("w", Shape.matrix(CLASSES, IN), Role.STATE);
        private final Buffer b = tape.given("b", Shape.vector(CLASSES), Role.STATE);
        private final Buffer unused = tape.given("unused", Shape.vector(5), Role.STATE);
        private final List<Buffer> moments = new ArrayList<>();
        private final Scored scored;
        private final SequencedMap<Buffer, Buffer> gradients;

        Step() {
            tape.withoutGradient(x);
            scored = tape.losses().crossEntropy(tape.project(x, w, b), labels, null, OptionalInt.of(-1));
            builder.output(scored.loss());
            builder.output(scored.totals());
            gradients = tape.gradients(scored.loss(), List.of(w, b, unused));
        }

        Buffer state(Buffer like, String name) {
            Buffer s = tape.given(name + "." + like.name(), like.shape(), Role.STATE);
            moments.add(s);
            return s;
        }

        Session open(Engine engine) {
            Session session = engine.open(MemoryPlan.of(builder.build()));
            session.write(x, wave(BATCH * ROWS * IN, 1));
            float[] classes = new float[BATCH * ROWS];
            for (int i = 0; i < classes.length; i++) {
                classes[i] = i % 5 == 4 ? -1 : i % CLASSES;
            }
            session.write(labels, classes);
            session.write(w, wave(CLASSES * IN, 2));
            session.write(b, wave(CLASSES, 3));
            session.write(unused, wave(5, 4));
            moments.forEach(m -> session.write(m, new float[Math.toIntExact(m.elements())]));
            return session;
        }
    }

    private static float[] wave(int n, int seed) {
        float[] v = new float[n];
        for (int i = 0; i < n; i++) {
            v[i] = (float) Math.sin(seed + 1.7 * i * seed);
        }
        return v;
    }

    private static Step adam() {
        Step s = new Step();
        Buffer norm = s.builder.buffer("norm", Shape.vector(2), Role.OUTPUT);
        GradientNorm.record(s.builder, List.copyOf(s.gradients.sequencedValues()), norm, 0.05f);
        s.gradients.forEach(
                (w, g) -> s.builder.add(new Adam(w, g, s.state(w, "m"), s.state(w, "v"), s.hyper, norm, ADAM)));
        return s;
    }

    @Test
    void gradientsForUpdatesAreIntermediatesOfReachedParametersAlone() {
        Step s = new Step();
        assertThat(s.gradients.sequencedKeySet()).containsExactly(s.w, s.b);
        assertThat(s.gradients.values())
                .allSatisfy(g -> assertThat(s.builder.build().role(g)).isEqualTo(Role.INTERMEDIATE));
    }

    @Test
    void anInputWithoutAGradientCostsNoStep() {
        Step s = new Step();
        assertThat(s.builder.steps())
                .noneMatch(step -> step.writes().stream().anyMatch(b -> b.name().equals("d.x")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "vector"})
    void stepsLowerTheLossAndLeaveUnreachedParametersAlone(String engine) {
        Step s = adam();
        try (Session session = s.open(Engines.find(engine))) {
            List<Float> losses = new ArrayList<>();
            for (int t = 1; t <= 20; t++) {
                session.write(s.hyper, ADAM.hyper(0.05, t));
                session.run();
                losses.add(session.read(s.scored.loss())[0]);
            }
            assertThat(losses.getLast()).isLessThan(0.9f * losses.getFirst());
            float[] totals = session.read(s.scored.totals());
            assertThat(totals[Scored.COUNTED]).isEqualTo(17f);
            assertThat(totals[Scored.CORRECT]).isBetween(0f, 17f);
            assertThat(totals[0] / totals[1]).isEqualTo(losses.getLast());
            assertThat(session.read(s.unused)).containsExactly(wave(5, 4));
        }
    }

    @Test
    void theFirstStepOfAMomentumIsThatOfPlainDescent() {
        float[][] weights = new float[2][];
        for (int k = 0; k < 2; k++) {
            Step s = new Step();
            double momentum = 0.9 * k;
            s.gradients.forEach((w, g) -> s.builder.add(new Sgd(
                    w, g, momentum == 0 ? null : s.state(w, "v"), s.hyper, null, new Sgd.Rule(momentum, 0.1, false))));
            try (Session session = s.open(Engines.find("java"))) {
                session.write(s.hyper, new float[] {0.3f, 0, 0});
                session.run();
                weights[k] = session.read(s.w);
            }
        }
        assertThat(weights[1]).containsExactly(weights[0]);
    }

    @Test
    void stepsHaveTheSameBitsForAnyNumberOfThreads() {
        List<float[]> results = new ArrayList<>();
        for (int threads = 1; threads <= 3; threads++) {
            Step s = adam();
            try (Workers workers = new Workers(threads);
                    Session session = s.open(Variants.vector(workers))) {
                for (int t = 1; t <= 3; t++) {
                    session.write(s.hyper, new float[] {0.05f, 1, 1});
                    session.run();
                }
                results.add(session.read(s.w));
            }
        }
        assertThat(results.get(1)).containsExactly(results.get(0));
        assertThat(results.get(2)).containsExactly(results.get(0));
    }

    /** PyTorch answers NaN, and gradients of 0. */
    @Test
    void ifEveryLabelIsIgnoredTheLossIsNaNAndNothingMoves() {
        Step s = new Step();
        s.gradients.forEach((w, g) -> s.builder.add(new Sgd(w, g, null, s.hyper, null, new Sgd.Rule(0, 0, false))));
        try (Session session = s.open(Engines.find("vector"))) {
            float[] ignored = new float[BATCH * ROWS];
            java.util.Arrays.fill(ignored, -1);
            session.write(s.labels, ignored);
            session.write(s.hyper, new float[] {1, 0, 0});
            session.run();
            assertThat(session.read(s.scored.loss())[0]).isNaN();
            assertThat(session.read(s.w)).containsExactly(wave(CLASSES * IN, 2));
        }
    }

    @Test
    void aLossIsOneNumberAndRulesAreChecked() {
        Step s = new Step();
        assertThatThrownBy(() -> s.tape.gradients(s.x, List.of(s.w))).hasMessageContaining("one number");
        assertThatThrownBy(() -> new Sgd.Rule(0, 0, true)).hasMessageContaining("nesterov");
        assertThatThrownBy(() -> new Sgd(s.w, s.w, s.w, s.hyper, null, new Sgd.Rule(0, 0, false)))
                .hasMessageContaining("velocity");
        assertThatThrownBy(() -> s.tape.losses().crossEntropy(s.x, s.x, null, OptionalInt.empty()))
                .hasMessageContaining("labels");
        assertThatThrownBy(() -> s.tape.losses().crossEntropy(s.x, s.labels, null, OptionalInt.of(1 << 25)))
                .hasMessageContaining("2^24");
        assertThatThrownBy(() -> s.tape.losses().squaredError(s.x, s.labels)).hasMessageContaining("target");
        assertThatThrownBy(() -> new RunningStatistic(s.w, s.x, 0.1, 1)).hasMessageContaining("statistic");
    }
}
