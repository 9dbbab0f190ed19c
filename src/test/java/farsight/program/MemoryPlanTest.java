package farsight.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import farsight.program.RandomPrograms.Nothing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MemoryPlanTest {

    private static final int PROGRAMS = 2_000;

    static LongStream seeds() {
        return LongStream.range(0, PROGRAMS / 100);
    }

    private static LongStream each(long hundred) {
        return LongStream.range(hundred * 100, hundred * 100 + 100);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noStepReadsAnArrayThatAnotherBufferHasOverwritten(long hundred) {
        each(hundred).forEach(seed -> {
            Program program = RandomPrograms.of(seed);
            Tenants.check(MemoryPlan.of(program));
            Tenants.check(MemoryPlan.withoutSharing(program));
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aPlanIsBetweenItsFullestStepAndNoSharing(long hundred) {
        each(hundred).forEach(seed -> {
            Program program = RandomPrograms.of(seed);
            MemoryPlan plan = MemoryPlan.of(program);
            long all =
                    program.buffers().stream().mapToLong(b -> b.shape().bytes()).sum();
            assertThat(MemoryPlan.withoutSharing(program).bytes()).isEqualTo(all);
            assertThat(plan.bytes()).isLessThanOrEqualTo(all).isGreaterThanOrEqualTo(fullest(program));
        });
    }

    /** Bytes that must be there at once: in the end all that is pinned, and in the step that has most all it writes. */
    private static long fullest(Program program) {
        long pinned = program.buffers().stream()
                .filter(b -> program.role(b).pinned())
                .mapToLong(b -> b.shape().bytes())
                .sum();
        long most = 0;
        Set<Buffer> there = new HashSet<>(program.buffers(Role.INPUT));
        there.addAll(program.buffers(Role.PARAMETER));
        for (Step s : program.steps()) {
            Set<Buffer> during = new HashSet<>(there);
            during.addAll(s.writes());
            most = Math.max(
                    most, during.stream().mapToLong(b -> b.shape().bytes()).sum());
            s.writes().stream().filter(b -> program.role(b) == Role.OUTPUT).forEach(there::add);
        }
        return Math.max(pinned, most);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void bytesAreArraysPlusHeaders(long hundred) {
        each(hundred).forEach(seed -> {
            MemoryPlan plan = MemoryPlan.of(RandomPrograms.of(seed));
            long elements = 0;
            for (int i = 0; i < plan.arrays(); i++) {
                elements += plan.elements(i);
            }
            assertThat(plan.bytes()).isEqualTo(4 * elements);
            assertThat(plan.bytes(24)).isEqualTo(4 * elements + 24L * plan.arrays());
            long byRole = 0;
            for (Role role : Role.values()) {
                byRole += plan.bytes(role);
            }
            assertThat(byRole).isEqualTo(plan.bytes());
        });
    }

    @Test
    void aChainOfOverwritingStepsNeedsOneIntermediateArray() {
        Program.Builder b = new Program.Builder("chain");
        Buffer last = chain(b);
        b.add(new Nothing("sum", List.of(last), List.of(b.buffer("y", Shape.vector(1), Role.OUTPUT)), Set.of()));
        MemoryPlan plan = MemoryPlan.of(b.build());
        assertThat(plan.bytes(Role.INTERMEDIATE)).isEqualTo(40);
        assertThat(plan.bytes()).isEqualTo(84);
    }

    @Test
    void aChainThatEndsInAnOutputNeedsNoOtherArray() {
        Program.Builder b = new Program.Builder("chain");
        b.output(chain(b));
        MemoryPlan plan = MemoryPlan.of(b.build());
        assertThat(plan.bytes(Role.INTERMEDIATE)).isZero();
        assertThat(plan.bytes()).isEqualTo(80);
    }

    private static Buffer chain(Program.Builder b) {
        Buffer before = b.buffer("x", Shape.vector(10), Role.INPUT);
        for (int i = 0; i < 5; i++) {
            Buffer next = b.buffer("t" + i, Shape.vector(10), Role.INTERMEDIATE);
            b.add(new Nothing("step", List.of(before), List.of(next), Set.of(List.of(before, next))));
            before = next;
        }
        return before;
    }

    @Test
    void anIntermediateLiesInTheArrayOfAnOutputThatIsWrittenLater() {
        Program.Builder b = new Program.Builder("later");
        Buffer x = b.buffer("x", Shape.vector(10), Role.INPUT);
        Buffer early = b.buffer("early", Shape.vector(10), Role.OUTPUT);
        Buffer t = b.buffer("t", Shape.vector(9), Role.INTERMEDIATE);
        Buffer late = b.buffer("late", Shape.vector(10), Role.OUTPUT);
        Buffer u = b.buffer("u", Shape.vector(10), Role.INTERMEDIATE);
        b.add(new Nothing("first", List.of(x), List.of(early), Set.of()));
        b.add(new Nothing("second", List.of(early), List.of(t), Set.of()));
        b.add(new Nothing("third", List.of(t), List.of(u), Set.of()));
        b.add(new Nothing("fourth", List.of(u), List.of(late), Set.of()));
        MemoryPlan plan = MemoryPlan.of(b.build());
        assertThat(plan.slot(t)).isEqualTo(plan.slot(late));
        assertThat(plan.slot(u)).isNotIn(plan.slot(early), plan.slot(late));
        assertThat(plan.bytes(Role.OUTPUT)).isEqualTo(80);
        assertThat(plan.bytes(Role.INTERMEDIATE)).isEqualTo(40);
    }

    @Test
    void anOverflowingSumOfBytesIsAnError() {
        Program.Builder b = new Program.Builder("huge");
        Buffer x = b.buffer("x", Shape.vector(1), Role.INPUT);
        for (int i = 0; i < 3; i++) {
            Buffer y = b.buffer("y" + i, new Shape(1, 1L << 30, 1L << 30), Role.OUTPUT);
            b.add(new Nothing("step", List.of(x), List.of(y), Set.of()));
        }
        MemoryPlan plan = MemoryPlan.of(b.build());
        assertThat(plan.largest().shape().bytes()).isEqualTo(1L << 62);
        assertThatThrownBy(plan::bytes).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> plan.bytes(Role.OUTPUT)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void anOverflowingByteCountOfAStepIsAnError() {
        Program.Builder b = new Program.Builder("huge");
        Buffer x = b.buffer("x", new Shape(1, 1L << 30, 1L << 30), Role.INPUT);
        Buffer y = b.buffer("y", new Shape(1, 1L << 30, 1L << 30), Role.OUTPUT);
        b.add(new Nothing("step", List.of(x), List.of(y), Set.of()));
        assertThatThrownBy(b.build()::bytesMoved).isInstanceOf(ArithmeticException.class);
    }

    /** The arrays that a search through all tenants of all arrays finds, largest buffer first. */
    private static List<Integer> firstFit(Program program) {
        Lifetimes lives = Lifetimes.of(program);
        MemoryPlan apart = MemoryPlan.withoutSharing(program);
        List<List<Buffer>> open = new ArrayList<>(program.buffers(Role.OUTPUT).stream()
                .sorted(Comparator.comparingLong(Buffer::elements))
                .map(b -> (List<Buffer>) new ArrayList<>(List.of(b)))
                .toList());
        program.buffers(Role.INTERMEDIATE).stream()
                .sorted(Comparator.comparingLong(Buffer::elements).reversed().thenComparingInt(Buffer::id))
                .forEach(b -> open.stream()
                        .filter(tenants -> tenants.getFirst().elements() >= b.elements()
                                && tenants.stream().noneMatch(o -> lives.clash(b, o)))
                        .findFirst()
                        .ifPresentOrElse(tenants -> tenants.add(b), () -> open.add(new ArrayList<>(List.of(b)))));
        int[] host = new int[apart.arrays()];
        program.buffers().forEach(b -> host[b.id()] = b.id());
        open.forEach(tenants ->
                tenants.forEach(b -> host[b.id()] = tenants.getFirst().id()));
        return Arrays.stream(host).boxed().toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyBufferLiesInTheFirstArrayThatIsFreeForIt(long hundred) {
        each(hundred).forEach(seed -> {
            // Every hundredth is long, so that lives reach over many steps.
            Program program = RandomPrograms.of(seed, seed % 100 == 0 ? 1_500 : 30);
            MemoryPlan plan = MemoryPlan.of(program);
            List<Integer> host = firstFit(program);
            for (Buffer b : program.buffers()) {
                Buffer first = program.buffers().get(host.get(b.id()));
                assertThat(plan.slot(b)).as("%s of program %d", b, seed).isEqualTo(plan.slot(first));
            }
            assertThat(plan.arrays()).isEqualTo((int) host.stream().distinct().count());
        });
    }

    @Test
    void planningTakesLittleMoreThanLinearTime() {
        // All of a long program's buffers live at its middle: no array is free for any of them.
        int n = 20_000;
        Program.Builder b = new Program.Builder("peak");
        List<Buffer> made = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            made.add(b.buffer("b" + i, Shape.vector(1 + i % 5), Role.INTERMEDIATE));
            b.add(new Nothing("make", List.of(), List.of(made.getLast()), Set.of()));
        }
        Buffer y = b.buffer("y", Shape.vector(1), Role.OUTPUT);
        for (Buffer x : made) {
            b.add(new Nothing("use", List.of(x), List.of(y), Set.of()));
        }
        Program program = b.build();
        assertTimeout(Duration.ofSeconds(20), () -> {
            assertThat(MemoryPlan.of(program).arrays()).isEqualTo(n + 1);
        });
    }
}
