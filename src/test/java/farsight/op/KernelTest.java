package farsight.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.kernel.ElementKernels;
import farsight.kernel.group.RowGroups;
import farsight.op.element.Activation;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.vector.ElementVector;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Kernels and the calls that bind them. */
class KernelTest {

    private static final GroupLimits GPU = new GroupLimits(49_152, 1_024);
    private static final FloatArray ANY = new FloatArray(1);

    static Stream<OpCase> cases() {
        return OpCases.all(Sizes.ODD);
    }

    /** No compiler sees that a call's arguments are those of its kernel's three forms. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void everyFormOfEveryKernelTakesTheArgumentsOfItsCalls(OpCase c) {
        for (GroupLimits limits : List.of(GroupLimits.NONE, new GroupLimits(0, 256), GPU)) {
            for (GridTask task : c.op().groupTasks("t", _ -> ANY, limits)) {
                assertTakes(task);
            }
        }
    }

    private static void assertTakes(GridTask call) {
        Object[] all = call.task().getTaskParameters();
        KernelMethod method = KernelMethod.of(call.task());
        List<Class<?>> given = new ArrayList<>();
        for (Object argument : List.of(all).subList(1, all.length)) {
            given.add(
                    switch (argument) {
                        case Integer _ -> int.class;
                        case Float _ -> float.class;
                        case FloatArray _ -> FloatArray.class;
                        default -> argument.getClass();
                    });
        }
        assertThat(given).as(method.toString()).isEqualTo(method.parameters());
    }

    @Test
    void aTwinForWorkGroupsTakesAContextAndTheSameArrays() {
        Kernel relu = Kernel.of(ElementKernels::relu);
        assertThatThrownBy(() -> relu.group(ElementKernels::relu))
                .hasMessage("ElementKernels::relu must take a context and the arrays of ElementKernels::relu");
        assertThatThrownBy(() -> relu.group(RowGroups::rowDot)).hasMessageContaining("RowGroups::rowDot");
    }

    @Test
    void aVectorTwinThatIsMissingIsNamed() {
        Program.Builder p = new Program.Builder("p");
        Buffer y = p.buffer("y", Shape.vector(1), Role.OUTPUT);
        Call call = Kernel.of(ElementKernels::fill).vector(ElementVector.class).call(Operand.out(y), 1, 0f);
        assertThatThrownBy(() -> call.vector(_ -> ANY, farsight.vector.Workers.shared()))
                .hasMessage("farsight.vector.ElementVector has 0 public methods fill, expected one");
    }

    @Test
    void anExtentBeyondAnIntIsRefusedWhenItIsBound() {
        Program.Builder p = new Program.Builder("p");
        Buffer x = p.buffer("x", Shape.vector(1L << 32), Role.INPUT);
        Buffer y = p.buffer("y", Shape.vector(1L << 32), Role.OUTPUT);
        Op relu = new Activation(Activation.Function.RELU, x, y);
        assertThat(relu.reads()).containsExactly(x);
        assertThat(relu.writes()).containsExactly(y);
        assertThatThrownBy(() -> relu.java(_ -> ANY)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> relu.groupTasks("t", _ -> ANY, GPU)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void aResultMayOverwriteAnOperandThatNoLaterCallReads() {
        Program.Builder p = new Program.Builder("p");
        Buffer x = p.buffer("x", Shape.vector(1), Role.INPUT);
        Buffer y = p.buffer("y", Shape.vector(1), Role.OUTPUT);
        Buffer z = p.buffer("z", Shape.vector(1), Role.OUTPUT);
        Kernel relu = Kernel.of(ElementKernels::relu);
        Call replacing = relu.call(Operand.in(x), Operand.out(y).over(x), 1);
        Call reading = relu.call(Operand.in(x), Operand.out(z), 1);
        assertThat(Call.mayOverwrite(List.of(replacing), x, y)).isTrue();
        assertThat(Call.mayOverwrite(List.of(reading, replacing), x, y)).isTrue();
        assertThat(Call.mayOverwrite(List.of(replacing, reading), x, y)).isFalse();
        assertThat(Call.mayOverwrite(List.of(relu.call(Operand.in(x), Operand.out(y), 1), replacing), x, y))
                .isFalse();
    }

    @Test
    void readsExcludeResultsOfEarlierCalls() {
        Program.Builder p = new Program.Builder("p");
        Buffer x = p.buffer("x", Shape.vector(1), Role.INPUT);
        Buffer y = p.buffer("y", Shape.vector(1), Role.OUTPUT);
        Buffer z = p.buffer("z", Shape.vector(1), Role.OUTPUT);
        Kernel relu = Kernel.of(ElementKernels::relu);
        List<Call> calls = List.of(
                relu.call(Operand.in(x), Operand.out(y), 1), relu.call(Operand.in(y), Operand.into(z, true), 1));
        assertThat(Call.reads(calls)).containsExactly(x, z);
        assertThat(Call.writes(calls)).containsExactly(y, z);
    }
}
