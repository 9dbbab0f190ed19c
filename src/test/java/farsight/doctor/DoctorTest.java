package farsight.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Engine;
import farsight.engine.EngineProvider;
import farsight.engine.Engines;
import farsight.engine.Limits;
import farsight.engine.OwnProvider;
import farsight.engine.Session;
import farsight.engine.Timing;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {

    @TempDir
    private Path root;

    @Test
    void theEnginesOfTheJvmAreAlwaysUsable() {
        Examination e = Doctor.examine(new Machine(root).with(root + "/nowhere"));
        assertThat(e.usable()).contains("vector", "java");
        assertThat(e.bad()).isEqualTo(1);
        assertThat(e.findings()).extracting(Finding::subject).contains("Java", "Vector API", "memory", "processor");
        assertThat(e.findings()).allSatisfy(f -> {
            assertThat(f.found()).isNotBlank().doesNotContain("\n");
        });
    }

    /** A provider whose driver is not there. */
    public static final class Broken implements EngineProvider {
        @Override
        public List<Engine> present() {
            throw new IllegalStateException("no driver");
        }
    }

    @Test
    void aProviderThatFailsIsOneFindingBesideTheOthers() throws IOException {
        OwnProvider.with(Broken.class, root, () -> {
            Examination e = Doctor.examine(new Machine(root).with(root + "/nowhere"));
            assertThat(e.usable()).contains("vector", "java");
            assertThat(e.findings())
                    .anySatisfy(f -> assertThat(f.found())
                            .isEqualTo("engines of " + Broken.class.getName() + " cannot be used: no driver"));
        });
    }

    @Test
    void anEngineThatIsWrongByOnePartInAThousandIsBroken() {
        Finding f = EngineChecks.run(new Faulty(1.001f));
        assertThat(f.status()).isEqualTo(Outcome.BROKEN);
        assertThat(f.found()).contains("wrong by 1.0e-03");
        assertThat(EngineChecks.run(new Faulty(Float.NaN)).status()).isEqualTo(Outcome.BROKEN);
        assertThat(EngineChecks.run(new Faulty(1)).status()).isEqualTo(Outcome.OK);
    }

    /** Multiplies what it reads. */
    private record Faulty(float factor) implements Engine {

        @Override
        public String id() {
            return "faulty";
        }

        @Override
        public String description() {
            return "an engine that errs";
        }

        @Override
        public Limits limits() {
            return Engines.find("java").limits();
        }

        @Override
        public Session open(MemoryPlan plan) {
            Session right = Engines.find("java").open(plan);
            return new Session() {
                @Override
                public void fill(Buffer b, Consumer<MemorySegment> writer) {
                    right.fill(b, writer);
                }

                @Override
                public void drain(Buffer b, Consumer<MemorySegment> reader) {
                    float[] values = right.read(b);
                    for (int i = 0; i < values.length; i++) {
                        values[i] *= factor;
                    }
                    reader.accept(MemorySegment.ofArray(values));
                }

                @Override
                public Timing run(int part) {
                    return right.run(part);
                }

                @Override
                public Timing run() {
                    return right.run();
                }

                @Override
                public long bytes() {
                    return right.bytes();
                }

                @Override
                public void close() {
                    right.close();
                }
            };
        }
    }
}
