package farsight.train;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Devices;
import farsight.engine.Engine;
import farsight.engine.OnDevice;
import farsight.engine.Session;
import farsight.engine.Timing;
import farsight.engine.tornado.KernelUse;
import farsight.model.Model;
import farsight.program.MemoryPlan;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@OnDevice
class TrainerDeviceTest {

    /** Most bytes that TornadoVM copies for a kernel beside its arrays. */
    private static final long MOST_BYTES_A_KERNEL = 32;

    static Stream<Arguments> devices() {
        return Devices.present().stream().map(e -> Arguments.of(e.id(), e));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void aStepSendsTheBatchAndAFewNumbersAndNothingElse(String id, Engine engine) {
        GoldenNetwork golden = GoldenNetwork.named("classifier-gc");
        Batch batch = golden.batch();
        StepProgram step = StepProgram.of(golden.network(), batch.size());
        MemoryPlan plan = MemoryPlan.of(step.program());
        long header = engine.limits().headerBytes();
        try (Session session = engine.open(plan)) {
            StateArrays.write(session, step.parameters(), step.statistics(), golden.weights());
            step.moments().values().forEach(b -> session.write(b, new float[Math.toIntExact(b.elements())]));
            write(session, step, golden, batch);
            session.run();
            long kernels = KernelUse.of(step.program(), engine).stream()
                    .mapToLong(k -> k.tasks().size())
                    .sum();
            for (int i = 0; i < 3; i++) {
                write(session, step, golden, batch);
                Timing timing = session.profile();
                long given = Stream.of(
                                step.forward().recorded().x(), step.forward().labels(), step.numbers())
                        .mapToLong(b -> b.shape().bytes() + header)
                        .sum();
                assertThat(timing.copiedBytes()).isBetween(given, given + kernels * MOST_BYTES_A_KERNEL);
                assertThat(timing.compile()).as("compiled again").isZero();
            }
            assertThat(session.bytes()).isEqualTo(engine.predictedBytes(plan));
        }
    }

    private static void write(Session session, StepProgram step, GoldenNetwork golden, Batch batch) {
        step.forward().write(session, batch);
        session.write(step.numbers(), Rules.numbers(golden.network().mustHaveOptimizer(), 0.01, 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void aStateWrittenAfterARunIsReadBackAsWritten(String id, Engine engine) {
        GoldenNetwork golden = GoldenNetwork.named("adam-se");
        Batch batch = golden.batch();
        try (Trainer trainer = Trainer.open(
                golden.network(),
                TrainingState.initial(golden.weights(), 1),
                engine,
                batch.size(),
                10,
                Model.UNLIMITED)) {
            double first = trainer.step(batch).loss();
            trainer.step(batch);
            TrainingState after = trainer.state();
            trainer.restore(TrainingState.initial(golden.weights(), 1));
            assertThat(trainer.weights().get("fc.weight").toArray())
                    .isEqualTo(golden.weights().get("fc.weight").toArray());
            assertThat(trainer.step(batch).loss()).isEqualTo(first);
            trainer.step(batch);
            assertThat(trainer.weights().get("fc.weight").toArray())
                    .isEqualTo(after.weights().get("fc.weight").toArray());
        }
    }
}
