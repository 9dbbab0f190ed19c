package farsight.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.program.RandomPrograms.Nothing;
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
    void noStepReadsAnArrayThatAnotherBufferHasTaken(long hundred) {
        each(hundred).forEach(seed -> {
            Program program = RandomPrograms.of(seed);
            Tenants.check(MemoryPlan.of(program));
            Tenants.check(MemoryPlan.withoutSharing(program));
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aPlanTakesNoMoreThanWithoutSharingAndNoLessThanItsFullestStep(long hundred) {
        each(hundred).forEach(seed -> {
            Program program = RandomPrograms.of(seed);
            MemoryPlan plan = MemoryPlan.of(program);
            long all =
                    program.buffers().stream().mapToLong(b -> b.shape().bytes()).sum();
            assertThat(MemoryPlan.withoutSharing(program).bytes()).isEqualTo(all);
            assertThat(plan.bytes()).isLessThanOrEqualTo(all).isGreaterThanOrEqualTo(fullest(program));
        });
    }

    /** Bytes that must be there at once: what is pinned, and the intermediates of the step that has most. */
    private static long fullest(Program program) {
        long pinned = program.buffers().stream()
                .filter(b -> program.role(b).pinned())
                .mapToLong(b -> b.shape().bytes())
                .sum();
        long most = program.steps().stream()
                .mapToLong(s -> s.writes().stream()
                        .filter(b -> !program.role(b).pinned())
                        .mapToLong(b -> b.shape().bytes())
                        .sum())
                .max()
                .orElse(0);
        return pinned + most;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void bytesAreThoseOfTheArraysAndAHeaderEach(long hundred) {
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
        Buffer before = b.buffer("x", Shape.vector(10), Role.INPUT);
        for (int i = 0; i < 5; i++) {
            Buffer next = b.buffer("t" + i, Shape.vector(10), Role.INTERMEDIATE);
            b.add(new Nothing("step", List.of(before), List.of(next), Set.of(List.of(before, next))));
            before = next;
        }
        b.output(before);
        MemoryPlan plan = MemoryPlan.of(b.build());
        assertThat(plan.bytes(Role.INTERMEDIATE)).isEqualTo(40);
        assertThat(plan.bytes()).isEqualTo(120);
    }

    @Test
    void aSumOfBytesBeyondALongIsAnErrorAndNotANegativeNumber() {
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
    void aStepThatMovesMoreBytesThanALongCountsIsAnErrorAndNotANegativeNumber() {
        Program.Builder b = new Program.Builder("huge");
        Buffer x = b.buffer("x", new Shape(1, 1L << 30, 1L << 30), Role.INPUT);
        Buffer y = b.buffer("y", new Shape(1, 1L << 30, 1L << 30), Role.OUTPUT);
        b.add(new Nothing("step", List.of(x), List.of(y), Set.of()));
        assertThatThrownBy(b.build()::bytesMoved).isInstanceOf(ArithmeticException.class);
    }
}
