package farsight.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DataExceptionTest {
    @Test
    void messageIsOnePrintableLineWhateverNamesItRepeats() {
        DataException e = new DataException("no tensor \"a\r\nb\u001b[31m\u2028c\" in x");
        assertThat(e).hasMessage("no tensor \"a  b [31m c\" in x");
    }

    @Test
    void longNamesAreCutShort() {
        assertThat(DataException.quote("n".repeat(1000))).hasSizeLessThan(120).endsWith("(1000 characters)");
        assertThat(DataException.quote("n")).isEqualTo("\"n\"");
    }
}
