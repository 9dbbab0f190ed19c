package farsight.bench;

import farsight.block.Pass;
import farsight.program.Program;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/**
 * What one benchmark measured.
 *
 * @param kind machine, operation or block
 * @param name fma, matmul, dense, …
 * @param pass forward or both; empty for the machine
 * @param sizes what goes in, for people
 * @param device where it ran
 * @param flops floating-point operations of a run
 * @param bytes bytes that a run moves, each operand counted once a step
 * @param medianMs half of the runs took no longer
 * @param minMs the fastest run
 * @param meanMs the mean of all runs
 * @param errorMs half of the mean's 99.9 % confidence interval; NaN for fewer than three runs
 * @param samples runs that were measured
 */
record Row(
        String kind,
        String name,
        String pass,
        String sizes,
        String device,
        long flops,
        long bytes,
        double medianMs,
        double minMs,
        double meanMs,
        double errorMs,
        long samples) {

    /** The row of a result; none where JMH was asked for runs per time, which have no median time. */
    static Stream<Row> of(RunResult result) {
        BenchmarkParams params = result.getParams();
        if (params.getMode() == Mode.Throughput) {
            return Stream.empty();
        }
        String method = params.getBenchmark();
        if (method.equals(MachineBenchmark.class.getName() + ".fma")) {
            return Stream.of(row("fma", "in registers", MachineBenchmark.fmaFlops(), 0, result));
        }
        if (method.equals(MachineBenchmark.class.getName() + ".copy")) {
            return Stream.of(row("copy", "256 MiB", 0, MachineBenchmark.copyBytes(), result));
        }
        String device = params.getParam("device");
        if (method.startsWith(OperationBenchmark.class.getName())) {
            Operation operation = Operation.valueOf(params.getParam("operation"));
            String name = operation.name().toLowerCase(Locale.ROOT).replace('_', '-');
            return Stream.of(row("operation", name, "forward", operation.sizes(), device, operation.program(), result));
        }
        String block = params.getParam("block");
        Pass pass = Pass.valueOf(params.getParam("pass"));
        int positions = Integer.parseInt(params.getParam("positions"));
        int channels = Integer.parseInt(params.getParam("channels"));
        int latent = Integer.parseInt(params.getParam("latent"));
        Program program = BlockBenchmark.program(block, positions, channels, latent, pass);
        String sizes = "N = %d, C = %d, d = %d".formatted(positions, channels, latent);
        return Stream.of(row("block", block, pass.toString(), sizes, device, program, result));
    }

    private static Row row(
            String kind, String name, String pass, String sizes, String device, Program program, RunResult result) {
        return row(kind, name, pass, sizes, device, program.flops(), program.bytesMoved(), result);
    }

    private static Row row(String name, String sizes, long flops, long bytes, RunResult result) {
        return row("machine", name, "", sizes, "vector", flops, bytes, result);
    }

    private static Row row(
            String kind,
            String name,
            String pass,
            String sizes,
            String device,
            long flops,
            long bytes,
            RunResult result) {
        Statistics times = result.getPrimaryResult().getStatistics();
        double ms = result.getParams().getTimeUnit().toNanos(1) / (double) TimeUnit.MILLISECONDS.toNanos(1);
        return new Row(
                kind,
                name,
                pass,
                sizes,
                device,
                flops,
                bytes,
                times.getPercentile(50) * ms,
                times.getMin() * ms,
                times.getMean() * ms,
                times.getMeanErrorAt(0.999) * ms,
                times.getN());
    }

    /** 10⁹ floating-point operations a second, by the median. */
    double gigaflops() {
        return flops / medianMs / 1e6;
    }

    /** 10⁹ bytes a second, by the median. */
    double gigabytes() {
        return bytes / medianMs / 1e6;
    }
}
