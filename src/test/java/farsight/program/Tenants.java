package farsight.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/**
 * Walks through a program and tracks whose numbers each array holds: an oracle for a plan, independent of lifetimes.
 */
public final class Tenants {

    private Tenants() {}

    /** Fails when a step would read an array that another buffer has taken since, or a result would not last. */
    public static void check(MemoryPlan plan) {
        Program program = plan.program();
        Buffer[] tenant = new Buffer[plan.arrays()];
        for (Buffer b : program.buffers()) {
            assertThat(plan.elements(plan.slot(b))).as("array of " + b).isGreaterThanOrEqualTo(b.elements());
            if (program.role(b) == Role.INPUT || program.role(b) == Role.PARAMETER) {
                assertThat(tenant[plan.slot(b)]).as("array of " + b).isNull();
                tenant[plan.slot(b)] = b;
            }
        }
        for (Step step : program.steps()) {
            for (Buffer read : step.reads()) {
                assertThat(tenant[plan.slot(read)]).as("what %s reads", step).isEqualTo(read);
            }
            Set<Integer> written = new HashSet<>();
            for (Buffer write : step.writes()) {
                assertThat(written.add(plan.slot(write)))
                        .as("%s writes %s into an array of its own", step, write)
                        .isTrue();
                for (Buffer read : step.reads()) {
                    assertThat(plan.slot(read) != plan.slot(write)
                                    || read.equals(write)
                                    || step.mayOverwrite(read, write))
                            .as("%s writes %s over %s", step, write, read)
                            .isTrue();
                }
            }
            step.writes().forEach(w -> tenant[plan.slot(w)] = w);
        }
        for (Buffer b : program.buffers()) {
            if (program.role(b).pinned()) {
                assertThat(Objects.requireNonNull(tenant[plan.slot(b)]))
                        .as("array of " + b + " in the end")
                        .isEqualTo(b);
            }
        }
    }
}
