package farsight.engine.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import farsight.block.Block;
import farsight.block.BlockProgram;
import farsight.block.Dense;
import farsight.block.LatentGnn;
import farsight.block.NonLocal;
import farsight.block.Pass;
import farsight.engine.RefusedException;
import farsight.op.GroupLimits;
import farsight.op.OpCases;
import farsight.op.Sizes;
import farsight.program.Buffer;
import farsight.program.Program;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The cutting of programs into task graphs, without a device. */
class GraphSizeTest {

    private static final GraphLimits TORNADO = new GraphLimits(8192, 256, 1024, 65_536);

    private static List<DeviceCall> calls(Program program, boolean library) {
        Map<Buffer, FloatArray> arrays = new HashMap<>();
        return DeviceCall.of(
                program, b -> arrays.computeIfAbsent(b, _ -> new FloatArray(1)), GroupLimits.NONE, library);
    }

    private static GraphSize size(List<DeviceCall> calls) {
        GraphSize.Filling filling = new GraphSize.Filling();
        calls.forEach(call -> filling.add(call.arguments()));
        return filling.size();
    }

    static Stream<Arguments> programs() {
        List<Block> blocks = List.of(
                Dense.of(3),
                NonLocal.of(4),
                LatentGnn.of(4, 5, 3, 2, 5, 4, 3, 2, 3)
                        .withNorm(LatentGnn.Norm.BATCH)
                        .withGraphConv(true));
        return Stream.concat(
                        blocks.stream()
                                .map(b -> BlockProgram.of(b, 2, 37, Pass.FORWARD_BACKWARD)
                                        .program()),
                        Stream.of(Chain.of(1_500).program()))
                .flatMap(program -> Stream.of(
                                TORNADO,
                                new GraphLimits(8192, 256, 1024, 4096),
                                new GraphLimits(500, 256, 1024, 65_536),
                                new GraphLimits(8192, 1, 1024, 65_536),
                                new GraphLimits(8192, 256, 100, 65_536))
                        .flatMap(limits -> Stream.of(false, true)
                                .map(library -> Arguments.of(program.name(), limits, library, program))));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("programs")
    void cutsKeepTheOrderOfCallsAndFillGraphs(String name, GraphLimits limits, boolean library, Program program) {
        List<DeviceCall> calls = calls(program, library);
        List<List<DeviceCall>> graphs = GraphSize.cut(calls, limits, Set.of());
        assertThat(graphs.stream().flatMap(List::stream)).containsExactlyElementsOf(calls);
        for (int i = 0; i < graphs.size(); i++) {
            List<DeviceCall> graph = graphs.get(i);
            assertThat(limits.hold(size(graph))).as("graph %d", i).isTrue();
            if (i + 1 < graphs.size()) {
                List<DeviceCall> more = Stream.concat(
                                graph.stream(), Stream.of(graphs.get(i + 1).getFirst()))
                        .toList();
                assertThat(limits.hold(size(more)))
                        .as("graph %d and one more", i)
                        .isFalse();
            }
        }
    }

    @Test
    void aGraphEndsAfterAStepThatRequiresIt() {
        Program program = Chain.of(300).program();
        List<DeviceCall> calls = calls(program, false);
        for (int end : List.of(0, 7, 150, 298)) {
            List<List<DeviceCall>> graphs = GraphSize.cut(calls, TORNADO, Set.of(end));
            assertThat(graphs)
                    .anySatisfy(g -> assertThat(g.getLast().step()).isEqualTo(end))
                    .anySatisfy(g -> assertThat(g.getFirst().step()).isEqualTo(end + 1));
            assertThat(graphs.stream().flatMap(List::stream)).containsExactlyElementsOf(calls);
        }
        // After every step, and after the last there is nothing to begin.
        Set<Integer> all = Set.copyOf(IntStream.range(0, 300).boxed().toList());
        assertThat(GraphSize.cut(calls, TORNADO, all)).hasSize(300);
    }

    /** TornadoVM refuses a graph with an id twice. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyTaskOfAnOperationHasAnIdOfItsOwn(boolean library) {
        assertThat(OpCases.all(Sizes.ODD))
                .allSatisfy(c -> assertThat(calls(c.program(), library))
                        .extracting(DeviceCall::id)
                        .doesNotHaveDuplicates());
    }

    @Test
    void theRecordingTakesFifteenBytesATaskAndFiveAnArgument() {
        for (Program program : List.of(
                Chain.of(50).program(),
                BlockProgram.of(Dense.of(3), 1, 5, Pass.FORWARD_BACKWARD).program())) {
            List<DeviceCall> calls = calls(program, false);
            int arguments =
                    calls.stream().mapToInt(call -> call.arguments().size()).sum();
            assertThat(size(calls).recorded()).isEqualTo(15 * calls.size() + 5 * arguments);
        }
    }

    @Test
    void aTaskThatNoGraphHoldsIsRefusedWithTheNumber() {
        List<DeviceCall> calls = calls(Chain.of(3).program(), false);
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> GraphSize.cut(calls, new GraphLimits(8192, 256, 1024, 100), Set.of()))
                .withMessageMatching("task t0_matMul needs \\d+ bytes of TornadoVM's code;"
                        + " -Dtornado\\.tvm\\.maxbytecodesize is 100");
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> GraphSize.cut(calls, new GraphLimits(20, 256, 1024, 65_536), Set.of()))
                .withMessageMatching("task t0_matMul needs \\d+ bytes; TornadoVM records 20 per task graph");
    }
}
