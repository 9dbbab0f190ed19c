package farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BytesTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "999, 999 B",
        "1000, 1.00 kB",
        "67108864, 67.1 MB",
        "999499, 999 kB",
        "999500, 1.00 MB",
        "9994, 9.99 kB",
        "9995, 10.0 kB",
        "250000000000, 250 GB",
        "500000000000, 500 GB",
        "9223372036854775807, 9.22 EB"
    })
    void aCountIsToldInThreeDigitsAndDecimalUnits(long bytes, String text) {
        assertThat(Bytes.text(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "1000000, 1000000",
        "8GB, 8000000000",
        "8 GB, 8000000000",
        "8G, 8000000000",
        "512MiB, 536870912",
        "1.5kB, 1500",
        "2TiB, 2199023255552",
        "1B, 1"
    })
    void aSizeIsReadInDecimalAndBinaryUnits(String text, long bytes) {
        assertThat(Bytes.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GB", "-1GB", "8XB", "8iB", "1e9", "8 G B", "0", "0.0001", "99999999999999TB"})
    void invalidSizesAreRefusedAndQuoted(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bytes.parse(text))
                .withMessageContaining("'" + text + "' is not a size");
    }

    @Test
    void formattedSizesCanBeParsed() {
        for (long bytes = 1; bytes < Long.MAX_VALUE / 10 && bytes > 0; bytes = bytes * 7 + 3) {
            String text = Bytes.text(bytes);
            if (!text.endsWith("PB") && !text.endsWith("EB")) {
                assertThat((double) Bytes.parse(text)).isBetween(bytes * 0.994, bytes * 1.006);
            }
        }
    }
}
