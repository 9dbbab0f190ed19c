package farsight.bench;

import farsight.block.Block;
import farsight.block.BlockProgram;
import farsight.block.Grid;
import farsight.block.Pass;
import farsight.engine.Session;
import farsight.engine.Timing;
import farsight.program.Program;
import farsight.sweep.BlockChoice;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Every block at N = 4096 positions with C = 64 channels and d = 64 latent nodes, or at other sizes: {@code -p
 * positions=4093,4096}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 12, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class BlockBenchmark {

    /** Where it runs: what {@code ./farsight devices} lists. */
    @Param("vector")
    public String device;

    /** Which block, as a sweep names it. */
    @Param({
        "dense",
        "nonlocal",
        "nonlocal-streaming",
        "snl",
        "gc-r4",
        "se",
        "latentgnn",
        "latentgnn-talk",
        "pam",
        "cam",
        "efficient",
        "double",
        "ema",
        "crisscross",
        "nystrom"
    })
    public String block;

    /** Forward alone, or the gradients too. */
    @Param
    public Pass pass;

    /** N. */
    @Param("4096")
    public int positions;

    /** C. */
    @Param("64")
    public int channels;

    /** d, where the block has latent nodes. */
    @Param("64")
    public int latent;

    private Session session;

    /** The program of a block. */
    static Program program(String block, int positions, int channels, int latent, Pass pass) {
        Block made = BlockChoice.named(block).make().apply(channels, latent);
        Grid grid = made.grids().contains(Grid.Kind.LINE) ? Grid.points(positions) : Grid.near(positions, 1);
        return BlockProgram.of(made, 1, grid, pass).program();
    }

    /** Allocates and fills the arrays. */
    @Setup
    public void open() {
        session = Inputs.session(device, program(block, positions, channels, latent, pass));
    }

    /** One run, arrays already in place. */
    @Benchmark
    public Timing run() {
        return session.run();
    }

    /** Gives the arrays back. */
    @TearDown
    public void close() {
        session.close();
    }
}
