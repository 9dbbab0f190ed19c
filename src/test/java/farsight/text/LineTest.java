package farsight.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LineTest {

    /** Any UTF-16 units at all: control characters, marks of direction, halves of pairs. */
    private static String random(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) (random.nextInt(3) == 0 ? random.nextInt(0x10000) : random.nextInt(0x80)));
        }
        return text.toString();
    }

    @Test
    void anyTextBecomesOnePrintableLineOfBoundedLength() {
        Random random = new Random(1);
        for (int i = 0; i < 3000; i++) {
            String line = Line.of(random(random, random.nextInt(i % 10 == 0 ? 5000 : 100)));
            assertThat(line.lines().count()).isLessThanOrEqualTo(1);
            assertThat(line.codePoints())
                    .allSatisfy(c -> assertThat(Character.getType(c))
                            .isNotIn(
                                    (int) Character.CONTROL,
                                    (int) Character.FORMAT,
                                    (int) Character.SURROGATE,
                                    (int) Character.UNASSIGNED,
                                    (int) Character.PRIVATE_USE,
                                    (int) Character.LINE_SEPARATOR,
                                    (int) Character.PARAGRAPH_SEPARATOR));
            assertThat(line).hasSizeLessThanOrEqualTo(Line.LONGEST + 1);
            assertThat(Line.excerpt(line)).hasSizeLessThanOrEqualTo(Line.LONGEST_QUOTE + 1);
        }
    }

    @Test
    void plainTextStaysAsItIs() {
        for (String text : new String[] {"", "a b", "größer als Ψ·x → 日本語 🙂"}) {
            assertThat(Line.of(text)).isEqualTo(text);
            assertThat(Line.excerpt(text)).isEqualTo(text);
        }
    }

    @Test
    void invisibleCharactersAreEscaped() {
        assertThat(Line.of("a\u202eb\ufeff\ud83d\t\u001b[31m")).isEqualTo("a\\u202eb\\ufeff\\ud83d  [31m");
    }

    @Test
    void aLongMessageKeepsItsBeginningAndItsEnd() {
        String line = Line.of("begins " + "x".repeat(900_000) + "; expected less");
        assertThat(line)
                .hasSizeLessThanOrEqualTo(Line.LONGEST)
                .startsWith("begins x")
                .contains("characters left out")
                .endsWith("; expected less");
        assertThat(Line.excerpt("🙂".repeat(500)))
                .hasSizeLessThanOrEqualTo(Line.LONGEST_QUOTE + 1)
                .endsWith("🙂…");
    }
}
