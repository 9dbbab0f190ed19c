package farsight.bench;

import java.io.IOException;
import java.util.List;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the benchmarks with JMH's own options, and then writes what came out beside what the machine can do. A run of
 * everything goes to {@code experiments/bench}; one of a choice to {@code target/bench}, so that it replaces nothing.
 */
public final class Main {

    private Main() {}

    /** Takes JMH's options; {@code -h} lists them. */
    public static void main(String... args) throws CommandLineOptionException, RunnerException, IOException {
        CommandLineOptions options = new CommandLineOptions(args);
        if (options.shouldHelp()
                || options.shouldList()
                || options.shouldListWithParams()
                || options.shouldListProfilers()
                || options.shouldListResultFormats()) {
            org.openjdk.jmh.Main.main(args);
            return;
        }
        ChainedOptionsBuilder builder = new OptionsBuilder().parent(options);
        if (!options.getIncludes().isEmpty()) {
            // Whatever is chosen is measured against the machine as it was in the same run.
            options.getIncludes().forEach(builder::include);
            builder.include("\\b" + MachineBenchmark.class.getSimpleName() + "\\b");
        }
        List<Row> rows =
                new Runner(builder.build()).run().stream().flatMap(Row::of).toList();
        ResultFiles.write(rows);
    }
}
