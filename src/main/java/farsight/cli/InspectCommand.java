package farsight.cli;

import farsight.block.Block;
import farsight.cli.option.DeviceOptions;
import farsight.cli.option.InputOptions;
import farsight.cli.option.ModelOptions;
import farsight.cli.output.Console;
import farsight.cli.output.ExitCode;
import farsight.cli.output.FolderLock;
import farsight.cli.output.OutputFolder;
import farsight.cli.output.RunFacts;
import farsight.data.DataException;
import farsight.engine.Engine;
import farsight.inspect.Inspection;
import farsight.inspect.Inspector;
import farsight.inspect.Queries;
import farsight.model.Admission;
import farsight.model.Input;
import farsight.model.Model;
import farsight.report.Answer;
import farsight.report.InspectJson;
import farsight.report.InspectReport;
import farsight.report.Report;
import farsight.text.Line;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Shows a block's attention. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Show whether a block's attention depends on the query: statistics, maps, spectrum and an HTML page.",
        description = {
            "",
            "Runs the block once and reads its own attention: GCNet's average distances beside the published ones,"
                    + " maps of single queries over the picture, latent nodes, singular values, and the energy of the"
                    + " affinity that a low rank captures.",
            "DIR gets index.html, the pictures, inspection.json with the numbers, and maps.safetensors with the values"
                    + " of every map: affinities [queries, H, W], one value per key, and latent nodes [d, H, W]. Point clouds"
                    + " have one axis in place of H and W.",
            ""
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  farsight inspect --spec block.json --weights w.safetensors --input photo.jpg --positions 4096 \\",
            "      --output out",
            "  farsight inspect --block latentgnn --d 64 --input photo.jpg --size 64x48 --queries '10,20;50,30' \\",
            "      --output out"
        })
final class InspectCommand implements Callable<Integer> {

    /** Reads {@code 6} or {@code 10,20;30,5}. */
    static final class QueriesConverter implements ITypeConverter<Queries> {
        @Override
        public Queries convert(String text) {
            try {
                return Queries.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private final Console console = new Console();

    @Mixin
    private final ModelOptions models = new ModelOptions();

    @Mixin
    private final InputOptions inputs = new InputOptions();

    @Mixin
    private final DeviceOptions devices = new DeviceOptions();

    @Option(
            names = "--queries",
            paramLabel = "QUERIES",
            converter = QueriesConverter.class,
            defaultValue = "5",
            description = "Queries whose maps to show: a count, spread over the picture; column,row pairs, for example"
                    + " '10,20;30,5'; or points of a cloud, numbered from p0 in the order of the features, for example"
                    + " p17,p40021 (default: 5).")
    private Queries queries = Queries.spread(5);

    @Option(
            names = "--rank",
            paramLabel = "R",
            split = ",",
            description = "Ranks at which to show captured energy (default: the block's d, else 1,4,16,64).")
    private List<Integer> ranks = List.of();

    @Option(
            names = "--image",
            paramLabel = "I",
            defaultValue = "0",
            description = "Index in the batch of the input to inspect (default: 0).")
    private int image;

    @Option(names = "--output", required = true, paramLabel = "DIR", description = "Folder for the page and pictures.")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    @Option(names = "--overwrite", description = "Replace the inspection in DIR.")
    private boolean overwrite;

    @Override
    public Integer call() {
        if (ranks.stream().anyMatch(r -> r < 1)) {
            throw console.usage("--rank must be at least 1, not "
                    + ranks.stream().filter(r -> r < 1).findFirst().orElseThrow());
        }
        OutputFolder.check(output);
        checkFree();
        Engine engine = devices.engine();
        Block block = models.block(console);
        try (Input x = inputs.open(console, block, models.seed(), devices.budget())) {
            Admission.checkInspected(block, engine, x.what(), x.shape(), devices.budget());
            Model model = models.model(console, block);
            Inspection found = Inspector.inspect(
                    model,
                    engine,
                    x.what(),
                    x.origin(),
                    x,
                    new Inspector.Settings(
                            queries,
                            ranks.stream().distinct().sorted().toList(),
                            image,
                            devices.budget(),
                            models.seed()));
            console.tell();
            SequencedMap<String, String> about =
                    RunFacts.of(spec, List.of(engine), x.made().isEmpty() ? x.what() : x.made());
            about.putLast("Weights", models.weights());
            Report.Written written;
            try (FolderLock _ = OutputFolder.open(output, "inspect")) {
                // Checked again: another command may have written there since.
                checkFree();
                written = InspectReport.write(found, about, output);
            }
            print(found, about, written);
        }
        return ExitCode.DONE;
    }

    private void checkFree() {
        if (overwrite) {
            return;
        }
        if (Files.exists(output.resolve(InspectReport.NUMBERS))) {
            throw new DataException(output + " already holds an inspection; --overwrite replaces it");
        }
        OutputFolder.checkFree(output, InspectReport::writes);
    }

    private void print(Inspection found, SequencedMap<String, String> about, Report.Written written) {
        if (console.json()) {
            console.out().print(InspectJson.text(found, about));
            return;
        }
        Answer.of(found).forEach(console.out()::println);
        found.notes().forEach(console.out()::println);
        written.notes().stream().map(Line::printable).forEach(console.out()::println);
        console.out()
                .println(Line.printable("Pictures and page: "
                        + output.resolve("index.html").toAbsolutePath().normalize()));
    }
}
