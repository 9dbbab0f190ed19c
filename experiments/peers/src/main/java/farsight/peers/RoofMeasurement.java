package farsight.peers;

import farsight.vector.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Measures {@link Roof}. */
final class RoofMeasurement {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    /** Two units of four cycles' latency need 8; with two operands, 12 still fit AVX2's 16 registers. */
    private static final int ACCUMULATORS = 12;

    private static final int STEPS = 1 << 16;

    private static final int CHAINS_A_THREAD = 32;

    /** Far more than the caches hold. */
    private static final long COPIED = 256L << 20;

    private static final long COPY_GRAIN = 1L << 20;

    private RoofMeasurement() {}

    /** Measures both, half the time each. */
    static Roof roof(Workers workers, double seconds) {
        int chains = CHAINS_A_THREAD * workers.threads();
        float[] sums = new float[chains];
        // Read from memory: a number to be broadcast, the compiler broadcasts anew for each multiply-add.
        float[] factors = new float[2 * SPECIES.length()];
        Arrays.fill(factors, 0x1p-10f);
        double chain = best(
                seconds / 2,
                () -> workers.forEach(chains, 1, (first, end) -> {
                    for (long i = first; i < end; i++) {
                        sums[(int) i] = chain(i, factors);
                    }
                }));
        double flops = 2.0 * chains * STEPS * ACCUMULATORS * SPECIES.length();
        try (Arena arena = Arena.ofShared()) {
            MemorySegment from = arena.allocate(COPIED, 64).fill((byte) 1);
            MemorySegment to = arena.allocate(COPIED, 64).fill((byte) 2);
            double copy = best(
                    seconds / 2,
                    () -> workers.forEach(
                            COPIED,
                            COPY_GRAIN,
                            (first, end) -> MemorySegment.copy(from, first, to, first, end - first)));
            return new Roof(flops / chain, 2.0 * COPIED / copy);
        }
    }

    /** The least seconds that it took. */
    private static double best(double seconds, Runnable run) {
        double best = Double.POSITIVE_INFINITY;
        long end = System.nanoTime() + (long) (seconds * 1e9);
        do {
            long start = System.nanoTime();
            run.run();
            best = Math.min(best, (System.nanoTime() - start) / 1e9);
        } while (System.nanoTime() < end);
        return best;
    }

    // a ← a + x·y. It grows by 2⁻²⁰ a step: no number overflows, and none becomes denormal, which would be slow.
    private static float chain(long start, float[] factors) {
        FloatVector x = FloatVector.fromArray(SPECIES, factors, 0);
        FloatVector y = FloatVector.fromArray(SPECIES, factors, SPECIES.length());
        FloatVector a0 = FloatVector.broadcast(SPECIES, start);
        FloatVector a1 = a0.add(1f);
        FloatVector a2 = a0.add(2f);
        FloatVector a3 = a0.add(3f);
        FloatVector a4 = a0.add(4f);
        FloatVector a5 = a0.add(5f);
        FloatVector a6 = a0.add(6f);
        FloatVector a7 = a0.add(7f);
        FloatVector a8 = a0.add(8f);
        FloatVector a9 = a0.add(9f);
        FloatVector a10 = a0.add(10f);
        FloatVector a11 = a0.add(11f);
        for (int i = 0; i < STEPS; i++) {
            a0 = x.fma(y, a0);
            a1 = x.fma(y, a1);
            a2 = x.fma(y, a2);
            a3 = x.fma(y, a3);
            a4 = x.fma(y, a4);
            a5 = x.fma(y, a5);
            a6 = x.fma(y, a6);
            a7 = x.fma(y, a7);
            a8 = x.fma(y, a8);
            a9 = x.fma(y, a9);
            a10 = x.fma(y, a10);
            a11 = x.fma(y, a11);
        }
        FloatVector low = a0.add(a1).add(a2).add(a3).add(a4).add(a5);
        FloatVector high = a6.add(a7).add(a8).add(a9).add(a10).add(a11);
        return low.add(high).reduceLanes(VectorOperators.ADD);
    }
}
