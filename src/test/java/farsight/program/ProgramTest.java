package farsight.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import farsight.program.RandomPrograms.Nothing;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgramTest {

    private static Nothing step(List<Buffer> reads, List<Buffer> writes) {
        return new Nothing("add", reads, writes, Set.of());
    }

    @Test
    void readingAnUnwrittenBufferIsRefusedByName() {
        Program.Builder b = new Program.Builder("p");
        Buffer unwritten = b.buffer("affinity", Shape.matrix(2, 3), Role.INTERMEDIATE);
        Buffer y = b.buffer("y", Shape.vector(1), Role.OUTPUT);
        b.add(step(List.of(unwritten), List.of(y)));
        b.add(step(List.of(), List.of(unwritten)));
        assertThatIllegalStateException()
                .isThrownBy(b::build)
                .withMessage("add reads affinity [1, 2, 3] before any step wrote it");
    }

    @Test
    void anOutputThatNoStepWritesIsRefusedByName() {
        Program.Builder b = new Program.Builder("p");
        b.buffer("y", Shape.vector(4), Role.OUTPUT);
        assertThatIllegalStateException().isThrownBy(b::build).withMessage("no step writes y [1, 1, 4]");
    }

    @Test
    void onlyAnIntermediateBecomesAnOutput() {
        Program.Builder b = new Program.Builder("p");
        Buffer x = b.buffer("x", Shape.vector(1), Role.INPUT);
        assertThatIllegalStateException().isThrownBy(() -> b.output(x)).withMessage("x is an INPUT already");
    }

    @Test
    void keepingABufferMakesAnOutputOfAnIntermediateAlone() {
        Program.Builder b = new Program.Builder("p");
        List<Buffer> all = Stream.of(Role.values())
                .map(role -> b.buffer(role.name(), Shape.vector(1), role))
                .toList();
        b.add(step(List.of(), all));
        all.forEach(b::keep);
        Program p = b.build();
        for (Buffer buffer : all) {
            Role before = Role.valueOf(buffer.name());
            assertThat(p.role(buffer)).isEqualTo(before == Role.INTERMEDIATE ? Role.OUTPUT : before);
        }
    }

    @Test
    void buffersAreFoundByRoleInTheirOrder() {
        Program.Builder b = new Program.Builder("p");
        Buffer w = b.buffer("w", Shape.vector(1), Role.PARAMETER);
        Buffer x = b.buffer("x", Shape.vector(1), Role.INPUT);
        Buffer v = b.buffer("v", Shape.vector(1), Role.PARAMETER);
        Program p = b.build();
        assertThat(p.buffers(Role.PARAMETER)).containsExactly(w, v);
        assertThat(p.buffers(Role.INPUT)).containsExactly(x);
        assertThat(p.buffers(Role.OUTPUT)).isEmpty();
    }

    @Test
    void aProgramDoesNotChangeWithItsBuilder() {
        Program.Builder b = new Program.Builder("p");
        Buffer x = b.buffer("x", Shape.vector(1), Role.INPUT);
        Program p = b.build();
        b.add(step(List.of(x), List.of(b.buffer("y", Shape.vector(1), Role.OUTPUT))));
        assertThat(p.steps()).isEmpty();
        assertThat(p.buffers()).containsExactly(x);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1", "1, 0, 1", "1, 1, -3"})
    void anExtentBelowOneIsRefused(long batch, long rows, long cols) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Shape(batch, rows, cols))
                .withMessage("a buffer's extents must be at least 1, not [%d, %d, %d]", batch, rows, cols);
    }

    @Test
    void aShapeBeyondALongIsRefusedAndOneJustBelowIsCountedExactly() {
        assertThat(Shape.matrix(1L << 30, 1L << 30).bytes()).isEqualTo(1L << 62);
        assertThat(Shape.matrix(250_000, 250_000).bytes()).isEqualTo(250_000_000_000L);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shape.matrix(1L << 31, 1L << 31))
                .withMessageContaining("[1, 2147483648, 2147483648] floats exceeds 2^63 bytes");
        assertThatIllegalArgumentException().isThrownBy(() -> new Shape(1L << 62, 1L << 62, 1L << 62));
    }
}
