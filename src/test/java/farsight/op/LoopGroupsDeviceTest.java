package farsight.op;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import farsight.engine.Devices;
import farsight.engine.Engine;
import farsight.engine.OnDevice;
import farsight.engine.Variants;
import farsight.engine.tornado.DeviceTasks;
import farsight.program.Buffer;
import farsight.program.Shape;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Plain loops in grids other than TornadoVM's choice: results do not depend on the number of work-items. */
@OnDevice
class LoopGroupsDeviceTest {

    /** A GPU's limits where plain kernels are asked for. */
    private static final GroupLimits LOOPS = new GroupLimits(0, 256);

    /** More than any of the odd cases has iterations. */
    private static final int ITEMS = 8_192;

    private static final int GROUP = 32;

    /** Beyond each array: a loop that took the grid for its bound would write there. */
    private static final int GUARD = 8_192;

    static final class Loops {
        private Loops() {}

        /** A bound that is a parameter. */
        static void marked(FloatArray x, int n, float value) {
            for (@Parallel int i = 0; i < n; i++) {
                x.set(i, value);
            }
        }

        /** x[0] = x[0]: TornadoVM sends an array to the device if a kernel that writes it reads it too. */
        static void touched(FloatArray x, int one, int two) {
            int all = one * two - one;
            for (@Parallel int i = 0; i < all; i++) {
                x.set(i, x.get(i));
            }
        }

        /** Counts every 2²⁰th of 2·pairs iterations in seen[1], … and those before the first one in seen[0]. */
        static void counted(FloatArray seen, int pairs, float one) {
            int all = 2 * pairs;
            for (@Parallel int i = 0; i < all; i++) {
                if (i < 0) {
                    seen.set(0, one);
                } else if ((i & 0xfffff) == 0) {
                    seen.set(1 + (i >> 20), seen.get(1 + (i >> 20)) + one);
                }
            }
        }
    }

    static Stream<Arguments> oddCases() {
        return Devices.present().stream().flatMap(e -> OpCases.all(Sizes.ODD).map(c -> Arguments.of(e.id(), c, e)));
    }

    static Stream<Arguments> largeCases() {
        return Devices.present().stream()
                .flatMap(e -> Stream.of(
                                new Sizes.Map(new Shape(2, 1_031, 97), true),
                                new Sizes.Map(new Shape(1, 70_001, 1), false),
                                new Sizes.Map(new Shape(1, 3, 4_099), true))
                        .flatMap(LoopGroupsDeviceTest::elements)
                        .map(c -> Arguments.of(e.id(), c, Variants.withGroups(e))));
    }

    private static Stream<OpCase> elements(Sizes.Map m) {
        return Stream.of(
                        ElementCases.of(m),
                        PositionCases.moves(m),
                        BatchNormCases.elements(m),
                        Stream.of(PairCases.pairSum(m)))
                .flatMap(cases -> cases);
    }

    static Stream<Arguments> devices() {
        return Devices.present().stream().map(e -> Arguments.of(e.id(), e));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("oddCases")
    void itemsBeyondTheIterationsChangeNothing(String id, OpCase c, Engine device) {
        Map<Buffer, FloatArray> arrays = OperandsTest.filled(c, GUARD);
        Stream<GridTask> sent = c.op().writes().stream()
                .filter(b -> !c.op().reads().contains(b))
                .map(b -> GridTask.plain(
                        TaskPackage.createPackage("sent" + b.id(), Loops::touched, arrays.get(b), 1, 2)));
        Stream<GridTask> calls = c.op().groupTasks("t", arrays::get, LOOPS).stream()
                .map(call -> GridTask.on(WorkGroups.of(ITEMS / GROUP, GROUP), call.task()));
        DeviceTasks.run(device, Stream.concat(sent, calls).toList(), arrays.values());
        c.expected().forEach((b, e) -> {
            float[] found = Arrays.copyOf(arrays.get(b).toHeapArray(), Math.toIntExact(b.elements()));
            assertThat(Errors.relative(found, e.exact().values(), e.scale()))
                    .as("error of %s", b.name())
                    .isLessThanOrEqualTo(Errors.DEVICE);
        });
        arrays.forEach((b, array) -> assertThat(touchedBeyond(b.elements(), array))
                .as("beyond %s", b.name())
                .isFalse());
    }

    private static boolean touchedBeyond(long elements, FloatArray array) {
        FloatArray marks = new FloatArray(GUARD);
        marks.init(OperandsTest.MARK);
        MemorySegment guard = array.getSegment().asSlice(elements * Float.BYTES);
        return guard.mismatch(marks.getSegment()) >= 0;
    }

    /** Why bounds are computed, and that the check above sees it where one is not. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void aBoundThatIsAParameterIsTakenFromTheGrid(String id, Engine device) {
        FloatArray x = new FloatArray(7 + GUARD);
        x.init(OperandsTest.MARK);
        TaskPackage task = TaskPackage.createPackage("t", Loops::marked, x, 7, 1f);
        DeviceTasks.run(device, List.of(GridTask.on(WorkGroups.of(2, GROUP), task)), List.of(x));
        assertThat(touchedBeyond(7, x)).isTrue();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("largeCases")
    void largeAndThinMapsMatchTheEquation(String id, OpCase c, Engine engine) {
        c.check(engine, Errors.DEVICE);
    }

    /** So many that a grid of as many items would have an int count past its end. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void eachOfABillionIterationsRunsExactlyOnce(String id, Engine device) {
        int iterations = 1_200_000_000;
        for (GroupLimits limits : new GroupLimits[] {GroupLimits.NONE, LOOPS}) {
            FloatArray seen = new FloatArray(1 + Math.ceilDiv(iterations, 1 << 20));
            seen.init(0f);
            TaskPackage task = TaskPackage.createPackage("t", Loops::counted, seen, iterations / 2, 1f);
            DeviceTasks.run(device, List.of(new GridTask(task, WorkGroups.loop(limits, iterations))), List.of(seen));
            float[] once = new float[seen.getSize()];
            Arrays.fill(once, 1, once.length, 1f);
            assertThat(seen.toHeapArray()).containsExactly(once);
        }
    }

    /** The plain kernels are the public methods of {@code farsight.kernel} that return nothing. */
    @Test
    void everyPlainKernelIsTested() {
        Set<String> written = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("farsight.kernel")
                        .stream()
                        .filter(c -> c.getPackageName().equals("farsight.kernel"))
                        .flatMap(c -> c.getMethods().stream())
                        .filter(m -> m.getModifiers().containsAll(Set.of(JavaModifier.PUBLIC, JavaModifier.STATIC))
                                && m.getRawReturnType().isEquivalentTo(void.class))
                        .map(m -> m.getOwner().getSimpleName() + "." + m.getName())
                        .collect(Collectors.toCollection(TreeSet::new));
        FloatArray any = new FloatArray(1);
        Set<String> seen = OpCases.all(Sizes.ODD)
                .flatMap(c -> c.op().groupTasks("t", _ -> any, LOOPS).stream())
                .map(call -> KernelMethod.of(call.task()))
                .map(k -> k.type().getSimpleName() + "." + k.name())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(written).hasSizeGreaterThan(30).isEqualTo(seen);
    }
}
