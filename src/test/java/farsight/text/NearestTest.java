package farsight.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

    private static final List<String> FIELDS =
            List.of("block", "channels", "reduction", "mode", "scale", "subSample", "attention", "latentDims", "norm");

    @ParameterizedTest
    @CsvSource({
        "chanels, channels",
        "channel, channels",
        "Channels, channels",
        "in_channels, channels",
        "sub_sample, subSample",
        "latent_dims, latentDims",
        "redcution, reduction",
        "moed, mode",
        "blok, block",
        "norm_layer, norm"
    })
    void aMistypedNameIsNearTheOneThatWasMeant(String given, String meant) {
        assertThat(Nearest.of(given, FIELDS)).contains(meant);
    }

    @Test
    void aNameLikeNoOtherHasNoNearest() {
        for (String name : List.of("", "x", "zzzzzz", "temperature", "c".repeat(100_000))) {
            assertThat(Nearest.of(name, FIELDS)).as(name).isEmpty();
        }
    }
}
