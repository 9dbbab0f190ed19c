/**
 * Benchmarks (JMH), run by {@code make bench}: what the machine can do ({@link farsight.bench.MachineBenchmark}), each
 * operation alone ({@link farsight.bench.OperationBenchmark}) and whole blocks ({@link farsight.bench.BlockBenchmark}).
 * {@link farsight.bench.Main} runs them and says how near each comes to the machine's own rates.
 */
@NullMarked
package farsight.bench;

import org.jspecify.annotations.NullMarked;
