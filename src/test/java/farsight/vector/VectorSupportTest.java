package farsight.vector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VectorSupportTest {

    @Test
    void reportsTheWidthOfTheVectors() {
        assertThat(VectorSupport.available()).isTrue();
        assertThat(VectorSupport.description()).matches("Vector API, (64|128|256|512) bit");
    }
}
