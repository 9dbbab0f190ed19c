package farsight.op;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Variants;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Products as BLAS calls, run by a reference that knows only BLAS's contract. */
class GemmTest {

    static Stream<OpCase> products() {
        return OpCases.all(Sizes.MODERATE)
                .filter(c -> c.op().parts(GroupLimits.NONE).stream()
                        .anyMatch(part -> part.gemm().isPresent()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("products")
    void blasCallsMatchTheEquation(OpCase c) {
        c.check(Variants.blas(), Errors.HOST);
    }

    @Test
    void exactlyTheExpectedProductsAreBlasCalls() {
        Set<String> names = products().map(c -> c.op().name()).collect(Collectors.toSet());
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "matMul",
                        "matMulRightTransposed",
                        "matMulLeftTransposed",
                        "projectedResidual",
                        "gemmL2",
                        "reluGemmL2",
                        "attention",
                        "attentionGradient");
    }

    private static Gemm leftTransposed(Shape a, Shape b, Shape c) {
        Program.Builder program = new Program.Builder("product");
        Buffer bufferA = program.buffer("a", a, Role.INPUT);
        Buffer bufferB = program.buffer("b", b, Role.INPUT);
        return Gemm.ofRows(bufferA, true, bufferB, false, program.buffer("c", c, Role.OUTPUT), 0.5f, true);
    }

    @Test
    void aSumOverTheBatchIsOneProductOfAllRows() {
        Gemm g = leftTransposed(new Shape(3, 5, 7), new Shape(3, 5, 11), Shape.matrix(7, 11));
        assertThat(List.of(g.m(), g.n(), g.k(), g.batch())).containsExactly(11, 7, 15, 1);
        assertThat(List.of(g.left().leading(), g.right().leading(), g.result().leading()))
                .containsExactly(11, 7, 11);
        assertThat(g.left().transposed()).isFalse();
        assertThat(g.right().transposed()).isTrue();
        assertThat(g.alpha()).isEqualTo(0.5f);
        assertThat(g.beta()).isEqualTo(1f);
    }

    @Test
    void oneProductPerBatchEntryIsABatchedCall() {
        Gemm g = leftTransposed(new Shape(3, 5, 7), new Shape(3, 5, 11), new Shape(3, 7, 11));
        assertThat(List.of(g.m(), g.n(), g.k(), g.batch())).containsExactly(11, 7, 5, 3);
        assertThat(List.of(g.left().stride(), g.right().stride(), g.result().stride()))
                .containsExactly(55L, 35L, 77L);
    }
}
