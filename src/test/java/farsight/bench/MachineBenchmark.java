package farsight.bench;

import farsight.vector.VectorSupport;
import farsight.vector.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What this machine can do on all cores, which the other benchmarks are measured against: multiply and add in
 * registers, and copy memory.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class MachineBenchmark {

    /** Two units of four cycles' latency need 8; with two operands, 12 still fit AVX2's 16 registers. */
    private static final int ACCUMULATORS = 12;

    private static final int ROUNDS = 1 << 16;

    private static final long CHAINS = 32L * Runtime.getRuntime().availableProcessors();

    /** One array: far more than the caches hold. */
    private static final long COPIED = 256L << 20;

    private static final long COPY_GRAIN = 1L << 20;

    private final Workers workers = Workers.shared();
    private final float[] sums = new float[(int) CHAINS];
    /** Read from memory: a number to be broadcast, the compiler broadcasts anew for each multiply-add. */
    private final float[] factors = new float[2 * lanes()];

    private Arena arena;
    private MemorySegment from;
    private MemorySegment to;

    /** Floating-point operations of a run of {@link #fma}. */
    static long fmaFlops() {
        return 2L * CHAINS * ROUNDS * ACCUMULATORS * lanes();
    }

    private static int lanes() {
        if (!VectorSupport.available()) {
            throw new IllegalStateException(VectorSupport.missing());
        }
        return Registers.SPECIES.length();
    }

    /** Bytes that a run of {@link #copy} reads and writes. */
    static long copyBytes() {
        return 2 * COPIED;
    }

    /** Makes the arrays and touches every page. */
    @Setup
    public void open() {
        Arrays.fill(factors, 0x1p-10f);
        arena = Arena.ofShared();
        from = arena.allocate(COPIED, 64).fill((byte) 1);
        to = arena.allocate(COPIED, 64).fill((byte) 2);
    }

    /** Gives them back. */
    @TearDown
    public void close() {
        arena.close();
    }

    /** Independent chains of fused multiply-adds, all in registers. */
    @Benchmark
    public float[] fma() {
        workers.forEach(CHAINS, 1, (first, end) -> {
            for (long i = first; i < end; i++) {
                sums[(int) i] = Registers.chain(i, factors);
            }
        });
        return sums;
    }

    /** A copy of a large array outside the heap. */
    @Benchmark
    public MemorySegment copy() {
        workers.forEach(COPIED, COPY_GRAIN, (first, end) -> MemorySegment.copy(from, first, to, first, end - first));
        return to;
    }

    /** Apart, because the Vector API is loaded by asking whether it is there, which must come before this class. */
    private static final class Registers {

        static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

        private Registers() {}

        // a ← a + x·y, the accumulator the addend as in a product. It grows by 2⁻²⁰ a round: no number overflows, and
        // none
        // becomes denormal, which would be slow.
        static float chain(long start, float[] factors) {
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
            for (int i = 0; i < ROUNDS; i++) {
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
}
