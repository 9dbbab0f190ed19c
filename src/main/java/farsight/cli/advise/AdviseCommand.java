package farsight.cli.advise;

import farsight.advise.Advice;
import farsight.advise.Adviser;
import farsight.advise.Candidate;
import farsight.advise.Question;
import farsight.advise.QuickStopwatch;
import farsight.block.Block;
import farsight.block.Grid;
import farsight.cli.option.DeviceOptions;
import farsight.cli.option.PositionsOption;
import farsight.cli.output.Console;
import farsight.cli.output.ExitCode;
import farsight.engine.Engine;
import farsight.evidence.QualityTable;
import farsight.report.chart.Units;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Advises which block to take. */
@Command(
        name = "advise",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Advise which block to take: which fit the memory and the time, and what they lose.",
        description = {
            "",
            "Memory is exact, from the plans. Time is measured now, on random features: at N where a run is short enough"
                    + " for --measure, else at a smaller N and predicted by the block's operations, t = t1 * flops / flops1,"
                    + " which ~ marks. No run takes more than --memory. Loss comes from committed studies of trained"
                    + " networks.",
            "",
            "Of the blocks that fit, take the one that loses least; of blocks whose 95 % intervals overlap on every task,"
                    + " the fastest. For each block that does not fit: the largest N, a smaller d, a larger stride, or"
                    + " the streaming form with which it would.",
            "",
            "With --weights and --input: the smallest d that can hold 90, 95 and 99 % of the energy of a trained block's"
                    + " affinity.",
            "",
            "The exit code is 3 if no block fits.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  farsight advise --n 100000 --channels 256 --memory 2GB --time 50ms",
            "  farsight advise --n 500x500 --pass forward --blocks gc,latentgnn,nonlocal-streaming --d 16,64,128 --json",
            "  farsight advise --n 64x64 --weights nonlocal.safetensors --input photo.jpg --positions 4096"
        })
public final class AdviseCommand implements Callable<Integer> {

    private static final long SEED = 1;

    @Mixin
    private final Console console = new Console();

    @Mixin
    private final AdviseOptions options = new AdviseOptions();

    @Mixin
    private final DeviceOptions devices = new DeviceOptions();

    @Mixin
    private final TrainedOptions trained = new TrainedOptions();

    /** Made by picocli. */
    public AdviseCommand() {}

    @Override
    public Integer call() {
        List<Candidate> candidates = options.candidates(console);
        trained.check(console);
        QualityTable table = QualityTable.load();
        Engine engine = devices.engine();
        Optional<TrainedOptions.Trained> ranks = trained.trained(console, engine, devices.budget());
        PositionsOption positions = options.positions();
        Function<Block, Grid> grid = positions::grid;
        Question question = new Question(
                grid,
                positions.extents().size() == 1,
                options.pass(),
                devices.budget(),
                options.timeNanos(),
                options.measureNanos());
        if (Console.terminal() && question.measureNanos() > 0) {
            console.err().println("farsight: measuring for about " + Units.nanos(question.measureNanos()));
            console.err().flush();
        }
        Advice advice = Adviser.advise(
                question,
                engine,
                candidates,
                table,
                new QuickStopwatch(engine, question.pass(), question.memoryBytes(), SEED),
                System::nanoTime);
        AdviceFacts facts = new AdviceFacts(positions, options.channels(), engine);
        if (console.json()) {
            console.print(AdviceJson.of(advice, facts, ranks));
        } else {
            new AdviceText(advice, facts, ranks, console.out()).print();
        }
        if (advice.fitting().isEmpty()) {
            console.note("no block fits");
        }
        console.tell();
        return advice.fitting().isEmpty() ? ExitCode.REFUSED : ExitCode.DONE;
    }
}
