package farsight.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class TimeOptionTest {

    @ParameterizedTest
    @CsvSource({
        "50ms,50000000",
        "2s,2000000000",
        "800us,800000",
        "800µs,800000",
        "1.5 s,1500000000",
        "10ns,10",
        "2min,120000000000",
        "0,0"
    })
    void aTimeIsANumberWithItsUnit(String text, long nanos) {
        assertThat(new TimeOption().convert(text)).isEqualTo(nanos);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "50", "ms", "-5ms", "5 weeks", "1e3ms", "5ms5", "1,5s", "NaNs"})
    void anythingElseIsRefusedWithAnExample(String text) {
        assertThatThrownBy(() -> new TimeOption().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("50ms");
    }

    @Test
    void moreThanALongIsRefused() {
        assertThatThrownBy(() -> new TimeOption().convert("9999999999999s")).hasMessageContaining("292 years");
    }
}
