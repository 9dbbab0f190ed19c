package farsight.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import farsight.engine.Engines;
import farsight.engine.Session;
import farsight.op.element.Dropout;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The masks of dropout as random numbers. */
class DropoutTest {

    private static final int N = 1 << 18;

    /** Six standard deviations of a frequency over N draws, whatever its expectation. */
    private static final double SIGMAS = 6 * 0.5 / Math.sqrt(N);

    private static boolean[] dropped(float p, int step, int seed, int stream) {
        Program.Builder b = new Program.Builder("dropout");
        Buffer x = b.buffer("x", Shape.vector(N), Role.INPUT);
        Buffer seeds = b.buffer("seed", Shape.vector(2), Role.INPUT);
        Buffer y = b.buffer("y", Shape.vector(N), Role.OUTPUT);
        b.add(new Dropout(x, seeds, y, p, stream, false));
        try (Session session = Engines.find("vector").open(MemoryPlan.of(b.build()))) {
            float[] ones = new float[N];
            java.util.Arrays.fill(ones, 1f);
            session.write(x, ones);
            session.write(seeds, step, seed);
            session.run();
            float[] out = session.read(y);
            boolean[] dropped = new boolean[N];
            for (int i = 0; i < N; i++) {
                dropped[i] = out[i] == 0;
            }
            return dropped;
        }
    }

    /** How often both are dropped, the second {@code lag} elements later. */
    private static double both(boolean[] a, boolean[] b, int lag) {
        return IntStream.range(0, N).filter(i -> a[i] && b[(i + lag) % N]).count() / (double) N;
    }

    @ParameterizedTest
    @ValueSource(floats = {0.01f, 0.1f, 0.5f, 0.9f})
    void theShareOfDroppedElementsIsP(float p) {
        boolean[] d = dropped(p, 1, 2, 3);
        assertThat(both(d, d, 0)).isCloseTo(p, within(SIGMAS));
    }

    @Test
    void neighboursAreIndependent() {
        boolean[] d = dropped(0.3f, 1, 0, 0);
        for (int lag : new int[] {1, 2, 3, 7, 16, 64, 256, 1024, 65_536}) {
            assertThat(both(d, d, lag)).as("lag %d", lag).isCloseTo(0.09, within(SIGMAS));
        }
    }

    /** Of steps, seeds and layers that differ by little. */
    @Test
    void masksOfDifferentStepsSeedsAndLayersAreIndependent() {
        boolean[] d = dropped(0.3f, 5, 5, 5);
        int[][] others = {{6, 5, 5}, {5, 6, 5}, {5, 5, 6}, {4, 6, 5}, {5, 4, 6}, {6, 5, 4}, {261, 5, 5}, {0, 0, 0}};
        for (int[] k : others) {
            boolean[] other = dropped(0.3f, k[0], k[1], k[2]);
            for (int lag : new int[] {0, 1, 5, 64}) {
                assertThat(both(d, other, lag))
                        .as("%d, %d, %d with lag %d", k[0], k[1], k[2], lag)
                        .isCloseTo(0.09, within(SIGMAS));
            }
        }
    }

    /** Bits of the hash that follow each other, as an index counts up, must not repeat in a pattern. */
    @Test
    void runsOfDroppedElementsAreAsLongAsChanceMakesThem() {
        boolean[] d = dropped(0.5f, 9, 9, 9);
        for (int run = 1; run <= 8; run++) {
            int length = run;
            double share = IntStream.range(0, N - length)
                            .filter(i -> IntStream.range(i, i + length).allMatch(j -> d[j]))
                            .count()
                    / (double) N;
            assertThat(share).as("runs of %d", run).isCloseTo(Math.pow(0.5, run), within(2 * SIGMAS));
        }
    }

    @Test
    void aShareOutsideZeroToOneIsRefused() {
        Program.Builder b = new Program.Builder("p");
        Buffer x = b.buffer("x", Shape.vector(1), Role.INPUT);
        Buffer seeds = b.buffer("seed", Shape.vector(2), Role.INPUT);
        for (float p : new float[] {-0.1f, 1.1f, Float.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Dropout(x, seeds, x, p, 0, false))
                    .withMessageContaining("expected 0 to 1");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Dropout(x, x, x, 0.5f, 0, false))
                .withMessageContaining("two seeds");
    }
}
