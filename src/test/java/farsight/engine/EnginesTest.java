package farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnginesTest {

    @Test
    void theEnginesOfTheJvmAreAlwaysThereAndVectorIsTheDefault() {
        assertThat(Engines.present()).extracting(Engine::id).contains("vector", "java");
        assertThat(Engines.vector().id()).isEqualTo("vector");
        assertThat(Engines.present().getFirst().id()).isEqualTo("vector");
    }

    @Test
    void anEngineIsFoundUnderTheIdThatItGives() {
        for (Engine e : Engines.present()) {
            assertThat(Engines.find(e.id()).id()).isEqualTo(e.id());
            assertThat(Engines.find(e.id()).description()).isEqualTo(e.description());
            assertThat(e.description()).isNotBlank().doesNotContain("\n");
        }
        assertThat(Engines.present()).extracting(Engine::id).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"opencl:99", "ptx", "Vector", "", "gpu"})
    void aDeviceThatIsNotThereIsAnErrorThatListsThoseThatAre(String id) {
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
}
