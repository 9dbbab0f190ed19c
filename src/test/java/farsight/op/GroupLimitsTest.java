package farsight.op;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.BlockProgram;
import farsight.block.Forms;
import farsight.block.Grid;
import farsight.block.Pass;
import farsight.program.Program;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Work-groups stay within the limits of any device. */
class GroupLimitsTest {

    @ParameterizedTest(name = "{0} bytes of local memory, {1} work-items")
    @CsvSource({"0, 1", "49152, 1", "49152, 16", "1024, 1024", "16384, 64", "49152, 256", "1048576, 4096"})
    void groupsNeverExceedTheDevicesLimit(long localBytes, long size) {
        GroupLimits limits = new GroupLimits(localBytes, size);
        FloatArray any = new FloatArray(1);
        Stream<Program> programs = Stream.concat(
                Forms.all().stream()
                        .map(b -> BlockProgram.of(b, 2, Forms.lie(b, new Grid(4, 6)), Pass.FORWARD_BACKWARD)
                                .program()),
                OpCases.all(Sizes.DEVICE).map(OpCase::program));
        programs.flatMap(p -> p.steps().stream()).forEach(step -> {
            for (GridTask task : ((Op) step).groupTasks(step.name(), _ -> any, limits)) {
                task.grid().ifPresent(grid -> {
                    long items = Arrays.stream(grid.getLocalWork()).reduce(1, (a, b) -> a * b);
                    assertThat(items).as(task.task().getId()).isBetween(1L, size);
                    for (int d = 0; d < grid.dimension(); d++) {
                        assertThat(grid.getGlobalWork()[d] % grid.getLocalWork()[d])
                                .as(task.task().getId())
                                .isZero();
                    }
                });
            }
        });
    }
}
