package farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import farsight.program.MemoryPlan;
import farsight.program.Shape;
import org.junit.jupiter.api.Test;

/** Closing a session promptly returns its memory to the system. */
class MemoryReturnedTest {

    private static final int SESSIONS = 10;

    /** 1 GB in four arrays. */
    private static final MemoryPlan PLAN = Fills.of(4, Shape.vector(62_500_000));

    @Test
    void tenSessionsOfAGigabyteDoNotAddUp() throws InterruptedException {
        assumeThat(HostMemory.resident()).as("resident size, told by /proc").isPositive();
        assumeThat(HostMemory.available()).as("free memory").isGreaterThan(3 * PLAN.bytes());
        Engine engine = Engines.vector();
        long start = HostMemory.resident();
        for (int i = 0; i < SESSIONS; i++) {
            try (Session session = engine.open(PLAN)) {
                session.run();
                assertThat(HostMemory.resident()).as("with a session open").isGreaterThan(PLAN.bytes());
                assertThat(HostMemory.resident() - start)
                        .as("with a session open, after %d others", i)
                        .isLessThan(PLAN.bytes() * 5 / 2);
            }
        }
        assertThat(HostMemory.resident() - start).as("after the last").isLessThan(PLAN.bytes() * 3 / 2);
        assertThat(settled(start + PLAN.bytes() / 2) - start)
                .as("when the collector is done")
                .isLessThan(PLAN.bytes() / 2);
    }

    /**
     * Each of them too small to be worth a collection: arrays outside the heap, which the collector does not see, must
     * not wait for the heap to fill.
     */
    @Test
    void hundredsOfSmallSessionsDoNotAddUp() {
        assumeThat(HostMemory.resident()).as("resident size, told by /proc").isPositive();
        MemoryPlan small = Fills.of(2, Shape.vector(1_000_000));
        assumeThat(HostMemory.available()).as("free memory").isGreaterThan(300 * small.bytes());
        Engine engine = Engines.vector();
        long start = HostMemory.resident();
        long most = 0;
        for (int i = 0; i < 300; i++) {
            // Not run: objects that a run leaves behind would call the collector.
            engine.open(small).close();
            most = Math.max(most, HostMemory.resident() - start);
        }
        assertThat(most).as("of 2.4 GB that were opened and closed").isLessThan(400_000_000);
    }

    /** Resident size once it is below a bound, or after some patience. */
    private static long settled(long bound) throws InterruptedException {
        for (int i = 0; i < 100 && HostMemory.resident() >= bound; i++) {
            Thread.sleep(100);
        }
        return HostMemory.resident();
    }
}
