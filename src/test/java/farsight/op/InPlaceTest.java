package farsight.op;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.Session;
import farsight.kernel.FlashAttentionKernels;
import farsight.kernel.group.FlashAttentionGroups;
import farsight.op.element.Copy;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Step;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An operation that overwrites an operand gives bit-identical results. */
class InPlaceTest {

    /** A case, an operand that its operation reads for the last time, and a result that may take its place. */
    record Overwriting(OpCase c, Buffer read, Buffer written) {
        @Override
        public String toString() {
            return c.name() + ": " + written.name() + " over " + read.name();
        }
    }

    static Stream<Overwriting> overwriting() {
        return OpCases.all(Sizes.MODERATE).flatMap(InPlaceTest::pairs);
    }

    private static Stream<Overwriting> pairs(OpCase c) {
        return c.op().reads().stream()
                .flatMap(r -> c.op().writes().stream()
                        .filter(w -> !r.equals(w)
                                && c.program().role(w) == Role.OUTPUT
                                && !c.op().reads().contains(w)
                                && c.op().mayOverwrite(r, w))
                        .map(w -> new Overwriting(c, r, w)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("overwriting")
    void inPlaceResultsAreBitIdentical(Overwriting o) {
        for (String engine : new String[] {"java", "vector"}) {
            float[] apart = o.c().run(Engines.find(engine)).get(o.written());
            assertThat(withoutSignOfZero(inPlace(o, Engines.find(engine))))
                    .as(engine)
                    .containsExactly(withoutSignOfZero(apart));
        }
    }

    /** What is born in place is copied out, and a copy may be a sum with 0, which turns −0 into 0. */
    private static float[] withoutSignOfZero(float... values) {
        for (int i = 0; i < values.length; i++) {
            values[i] += 0f;
        }
        return values;
    }

    /** A second group of the row would read the query after the first has written over it. */
    @Test
    void oneWorkGroupOwnsARowThatAttentionOverwrites() {
        assertThat(FlashAttentionGroups.groups(3, 1_000, FlashAttentionKernels.HELD))
                .isEqualTo(FlashAttentionGroups.groups(3, 1_000, 1));
    }

    /** Reads a copy of the operand that dies there, into an intermediate that is born there. */
    private static float[] inPlace(Overwriting o, Engine engine) {
        Program p = o.c().program();
        Program.Builder b = new Program.Builder("inPlace");
        p.buffers().forEach(x -> b.buffer(x.name(), x.shape(), p.role(x)));
        Buffer read = b.buffer("copy", o.read().shape(), Role.INTERMEDIATE);
        Buffer written = b.buffer("born", o.written().shape(), Role.INTERMEDIATE);
        for (Step step : p.steps().subList(0, p.steps().size() - 1)) {
            b.add(step);
        }
        b.add(new Copy(o.read(), read, false));
        b.add(Rewired.of(o.c().op(), Map.of(o.read(), read, o.written(), written)));
        b.add(new Copy(written, o.written(), false));
        MemoryPlan plan = MemoryPlan.of(b.build());
        assertThat(plan.slot(written)).as("the array of the result").isEqualTo(plan.slot(read));
        try (Session session = engine.open(plan)) {
            // The same buffers as this program has them.
            List<Buffer> ours = plan.program().buffers();
            o.c().given().forEach((x, values) -> session.write(ours.get(x.id()), values));
            session.run();
            return session.read(ours.get(o.written().id()));
        }
    }
}
