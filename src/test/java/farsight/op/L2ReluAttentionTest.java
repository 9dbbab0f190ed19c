package farsight.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import farsight.engine.Engines;
import farsight.op.attention.L2ReluAttentionGradient;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.tape.Purpose;
import farsight.tape.Tape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class L2ReluAttentionTest {

    @ParameterizedTest
    @EnumSource(
            value = Purpose.class,
            names = {"INSPECTION", "BACKWARD"})
    void unscaledAttentionWithAFollowingStepIsRefused(Purpose purpose) {
        Tape tape = new Tape(new Program.Builder("attention"), purpose);
        Buffer x = tape.given("x", new Shape(1, 7, 3), Role.INPUT);
        assertThatIllegalStateException()
                .isThrownBy(() -> tape.attention().l2Relu(x, x, x, false))
                .withMessageContaining(purpose.toString());
    }

    @Test
    void keysAndValuesOfDifferentWidthsAreSummedOverTheSameChunks() {
        OpCase c = L2ReluAttentionCases.ofWideValues();
        L2ReluAttentionGradient g = (L2ReluAttentionGradient) c.op();
        assertThat(g.dk().chunks()).isEqualTo(g.dv().chunks());
        c.check(Engines.find("vector"), Errors.HOST);
    }

    @ParameterizedTest
    @CsvSource({
        "2, 5, 3, 2, 7, 4, 2, 7, 6",
        "2, 5, 3, 2, 7, 3, 2, 8, 6",
        "3, 5, 3, 2, 7, 3, 2, 7, 6",
        "2, 5, 3, 3, 7, 3, 2, 7, 6"
    })
    void operandsThatDoNotFitAreRefused(int bq, int n, int c, int bk, int m, int ck, int bv, int mv, int w) {
        Tape tape = new Tape(new Program.Builder("attention"), Purpose.RESULT);
        Buffer q = tape.given("q", new Shape(bq, n, c), Role.INPUT);
        Buffer k = tape.given("k", new Shape(bk, m, ck), Role.INPUT);
        Buffer v = tape.given("v", new Shape(bv, mv, w), Role.INPUT);
        assertThatIllegalArgumentException().isThrownBy(() -> tape.attention().l2Relu(q, k, v, true));
    }
}
