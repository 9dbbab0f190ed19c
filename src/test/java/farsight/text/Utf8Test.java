package farsight.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class Utf8Test {

    private static final String TEXT = "{\"block\": \"größe Ψ\"}";

    @Test
    void theByteOrderMarkIsDropped() throws IOException {
        assertThat(Utf8.decode(TEXT.getBytes(StandardCharsets.UTF_8))).isEqualTo(TEXT);
        assertThat(Utf8.decode(("\ufeff" + TEXT).getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(TEXT);
        assertThat(Utf8.decode(new byte[0])).isEmpty();
    }

    @Test
    void otherEncodingsAreNamedWithAndWithoutAMark() {
        for (String name : List.of("UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE")) {
            for (String mark : List.of("", "\ufeff")) {
                assertThatThrownBy(() -> Utf8.decode((mark + TEXT).getBytes(Charset.forName(name))))
                        .as(name)
                        .isInstanceOf(Utf8.NotUtf8Exception.class)
                        .hasMessageContaining(name.substring(0, 6))
                        .hasMessageContaining("not UTF-8");
            }
        }
        assertThatThrownBy(() -> Utf8.decode("größe".getBytes(StandardCharsets.ISO_8859_1)))
                .hasMessageContaining("not text in UTF-8");
    }

    @Test
    void anEndlessStreamIsRefused() throws IOException {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return ' ';
            }
        };
        assertThatThrownBy(() -> Utf8.read(endless, 1000))
                .isInstanceOf(Utf8.TooLongException.class)
                .hasMessageContaining("1,000");
        assertThat(Utf8.read(new ByteArrayInputStream(new byte[] {'a'}), 1)).isEqualTo("a");
    }
}
