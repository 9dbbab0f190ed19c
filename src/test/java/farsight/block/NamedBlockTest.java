package farsight.block;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Short names and the blocks they name. */
class NamedBlockTest {

    private static Block block(String name) {
        return NamedBlock.of(name).orElseThrow().block(64, 16);
    }

    @Test
    void everyKindHasTheOptionsOfItsSpec() {
        assertThat(NamedBlock.names()).containsAll(BlockSpec.kinds());
        for (String kind : BlockSpec.kinds()) {
            ObjectNode spec = NamedBlock.of(kind).orElseThrow().spec();
            assertThat(spec).hasToString("{\"block\":\"%s\"}".formatted(kind));
            BlockKinds.find(kind)
                    .orElseThrow()
                    .latent()
                    .ifPresent(latent -> latent.fields().forEach(field -> {
                        if (latent.list()) {
                            spec.putArray(field).add(16);
                        } else {
                            spec.put(field, 16);
                        }
                    }));
            assertThat(block(kind)).isEqualTo(BlockSpec.parse(spec.put("channels", 64)));
        }
    }

    @Test
    void variantsDifferInTheOptionTheirNameStates() {
        assertThat(block("gc")).isEqualTo(Gc.of(64));
        assertThat(block("gc-r4")).isEqualTo(Gc.of(64).withRatio(0.25));
        assertThat(block("dense-softmax")).isEqualTo(new Dense(64, Dense.Normalizer.SOFTMAX));
        assertThat(block("nonlocal-streaming")).isEqualTo(NonLocal.of(64).withAttention(NonLocal.Attention.STREAMING));
        assertThat(block("latentgnn-symmetric")).isEqualTo(LatentGnn.of(64, 16).withMode(LatentGnn.Mode.SYMMETRIC));
    }

    @Test
    void unknownNamesAreNotFound() {
        assertThat(NamedBlock.of("gcnet")).isEmpty();
    }
}
