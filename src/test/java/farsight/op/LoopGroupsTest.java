package farsight.op;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.BlockProgram;
import farsight.block.Forms;
import farsight.block.Grid;
import farsight.block.Pass;
import farsight.kernel.ElementKernels;
import farsight.program.Program;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Launch grids of plain loops. */
class LoopGroupsTest {

    private static final int WARP = 32;
    private static final FloatArray ANY = new FloatArray(1);

    private static GridTask loop(GroupLimits limits, long iterations) {
        TaskPackage task = TaskPackage.createPackage("t", ElementKernels::fill, ANY, (int) iterations, 0f);
        return new GridTask(task, WorkGroups.loop(limits, iterations));
    }

    @ParameterizedTest
    @ValueSource(
            longs = {1, 31, 32, 33, 1_013, 8_191, 8_193, 65_537, 4_194_301, 16_777_217, 1_073_741_825, 2_130_706_431})
    void groupsAreWholeWarpsAndThereIsAnItemForEachIterationAsFarAsAnIntCounts(long iterations) {
        WorkerGrid grid = loop(new GroupLimits(0, 1_024), iterations).grid().orElseThrow();
        long items = grid.getGlobalWork()[0];
        long group = grid.getLocalWork()[0];
        assertThat(group).isBetween(32L, 256L);
        assertThat(group % WARP).isZero();
        assertThat(items % group).isZero();
        assertThat(items).isGreaterThanOrEqualTo(Math.min(iterations, 1 << 23));
        assertThat(items - iterations).as("items without an iteration").isLessThan(group);
        assertThat(iterations - 1 + items).isLessThanOrEqualTo(Integer.MAX_VALUE);
    }

    @ParameterizedTest
    @CsvSource({"2147483631, 16", "2147483600, 32", "2147483391, 256", "1, 16"})
    void theLargestArrayOrTheSmallestDeviceHasSmallerGroups(long iterations, long group) {
        WorkerGrid grid = loop(new GroupLimits(0, iterations == 1 ? 16 : 1_024), iterations)
                .grid()
                .orElseThrow();
        assertThat(grid.getLocalWork()[0]).isEqualTo(group);
        assertThat(iterations - 1 + grid.getGlobalWork()[0]).isLessThanOrEqualTo(Integer.MAX_VALUE);
    }

    @ParameterizedTest
    @CsvSource({"1, true", "1013, true", "1073741824, true", "1073741825, false", "2147483631, false"})
    void aProcessorsItemsAreTornadoVmsChoiceAsFarAsAnIntCounts(long iterations, boolean chosen) {
        GridTask task = loop(GroupLimits.NONE, iterations);
        assertThat(task.grid().isEmpty()).isEqualTo(chosen);
        task.grid()
                .ifPresent(grid ->
                        assertThat(iterations - 1 + grid.getGlobalWork()[0]).isLessThanOrEqualTo(Integer.MAX_VALUE));
    }

    @ParameterizedTest(name = "{0} bytes of local memory")
    @ValueSource(longs = {0, 16_384, 49_152})
    void everyCallOnAGpuHasGroupsOfWholeWarps(long localBytes) {
        Stream<Program> programs = Stream.concat(
                Forms.all().stream()
                        .map(b -> BlockProgram.of(b, 2, Forms.lie(b, new Grid(4, 6)), Pass.FORWARD_BACKWARD)
                                .program()),
                OpCases.all(Sizes.DEVICE).map(OpCase::program));
        programs.flatMap(p -> p.steps().stream())
                .flatMap(step ->
                        ((Op) step).groupTasks(step.name(), _ -> ANY, new GroupLimits(localBytes, 1_024)).stream())
                .forEach(call -> assertThat(call.grid())
                        .as(call.task().getId())
                        .hasValueSatisfying(grid ->
                                assertThat(grid.getLocalWork()[0] % WARP).isZero()));
    }
}
