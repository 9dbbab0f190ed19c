package farsight.engine;

import static farsight.engine.OwnProvider.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.program.MemoryPlan;
import farsight.program.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnginesTest {

    @Test
    void theEnginesOfTheJvmAlwaysExistAndVectorIsTheDefault() {
        assertThat(Engines.present()).extracting(Engine::id).contains("vector", "java");
        assertThat(Engines.vector().id()).isEqualTo("vector");
        assertThat(Engines.present().getFirst().id()).isEqualTo("vector");
    }

    @Test
    void anEngineIsFoundByItsId() {
        for (Engine e : Engines.present()) {
            assertThat(Engines.find(e.id()).id()).isEqualTo(e.id());
            assertThat(Engines.find(e.id()).description()).isEqualTo(e.description());
            assertThat(e.description()).isNotBlank().doesNotContain("\n");
        }
        assertThat(Engines.present()).extracting(Engine::id).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"opencl:99", "ptx", "Vector", "", "gpu"})
    void anUnknownDeviceIsAnErrorThatListsTheKnownOnes(String id) {
        List<String> present = Engines.present().stream().map(Engine::id).toList();
        assertThatThrownBy(() -> Engines.find(id))
                .isInstanceOf(UnknownDeviceException.class)
                .hasMessageStartingWith("no device '" + id + "'; this process has " + String.join(", ", present))
                .hasMessageNotContaining("\n");
    }

    @Test
    void limitsArePositiveAndNamed() {
        for (Engine e : Engines.present()) {
            Limits limits = e.limits();
            assertThat(limits.memoryBytes()).as(e.id()).isPositive();
            assertThat(limits.arrayBytes()).as(e.id()).isPositive();
            assertThat(limits.headerBytes()).as(e.id()).isNotNegative();
            assertThat(limits.memoryName()).as(e.id()).isNotBlank();
        }
    }

    /** An engine under an id of its own, which is the plain loops otherwise. */
    public static final class Provider implements EngineProvider {
        @Override
        public List<Engine> present() {
            return List.of(named("remote:0"));
        }
    }

    /** An engine under an id that is taken. */
    public static final class Taken implements EngineProvider {
        @Override
        public List<Engine> present() {
            return List.of(named("vector"));
        }
    }

    /** A provider whose driver is not there. */
    public static final class Broken implements EngineProvider {
        @Override
        public List<Engine> present() {
            throw new IllegalStateException("no driver");
        }
    }

    /** A provider with a bug. */
    public static final class Wrong implements EngineProvider {
        @Override
        public List<Engine> present() {
            throw new AssertionError("a bug");
        }
    }

    /** A provider without a list. */
    public static final class Nothing implements EngineProvider {
        @Override
        @SuppressWarnings("NullAway")
        public List<Engine> present() {
            return null;
        }
    }

    /** An engine without a name. */
    public static final class Nameless implements EngineProvider {
        @Override
        public List<Engine> present() {
            return List.of(named(" "));
        }
    }

    private static Engine named(String id) {
        Engine java = new JavaEngine();
        return new Engine() {
            @Override
            public String id() {
                return id;
            }

            @Override
            public String description() {
                return java.description();
            }

            @Override
            public Limits limits() {
                return java.limits();
            }

            @Override
            public Session open(MemoryPlan plan) {
                return java.open(plan);
            }
        };
    }

    @Test
    void anEngineOfAnotherProviderIsFoundListedAndRuns(@TempDir Path folder) throws IOException {
        with(Provider.class, folder, () -> {
            assertThat(Engines.present().getLast().id()).isEqualTo("remote:0");
            Engine remote = Engines.find("remote:0");
            try (Session session = remote.open(Fills.of(1, Shape.vector(3)))) {
                session.run();
            }
        });
        assertThat(Engines.present()).extracting(Engine::id).doesNotContain("remote:0");
    }

    @Test
    void aProviderWhoseEngineHasATakenIdIsNamed(@TempDir Path folder) throws IOException {
        with(
                Taken.class,
                folder,
                () -> assertThatThrownBy(Engines::present)
                        .isInstanceOf(ProviderException.class)
                        .hasMessage(Taken.class.getName() + " has an engine 'vector', and so has Farsight itself"));
    }

    static Stream<Arguments> faulty() {
        return Stream.of(
                Arguments.of(Wrong.class, "a bug"),
                Arguments.of(Nothing.class, "present() returned null"),
                Arguments.of(Nameless.class, "an engine's id is blank"));
    }

    @ParameterizedTest
    @MethodSource("faulty")
    void everyFaultOfAProviderNamesIt(Class<?> provider, String fault, @TempDir Path folder) throws IOException {
        with(
                provider,
                folder,
                () -> assertThatThrownBy(Engines::devices)
                        .isInstanceOf(ProviderException.class)
                        .hasMessage("engines of " + provider.getName() + " cannot be used: " + fault));
    }

    @Test
    void aProviderThatFailsIsNamedAndTheEnginesOfTheJvmAreFoundWithoutIt(@TempDir Path folder) throws IOException {
        with(Broken.class, folder, () -> {
            assertThatThrownBy(Engines::present)
                    .isInstanceOf(ProviderException.class)
                    .hasMessage("engines of " + Broken.class.getName() + " cannot be used: no driver");
            assertThat(Engines.find("java").id()).isEqualTo("java");
        });
    }
}
