package farsight.bench;

import farsight.engine.Session;
import farsight.engine.Timing;
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

/** Each operation alone, as a program of one result. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class OperationBenchmark {

    /** Where it runs: what {@code ./farsight devices} lists. */
    @Param("vector")
    public String device;

    /** What is measured: every one unless some are named. */
    @Param
    public Operation operation;

    private Session session;

    /** Allocates and fills the arrays. */
    @Setup
    public void open() {
        session = Inputs.session(device, operation.program());
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
