package farsight.cli.network;

import farsight.cli.option.DeviceOptions;
import farsight.cli.output.Console;
import farsight.cli.output.ExitCode;
import farsight.cli.output.FolderLock;
import farsight.cli.output.OutputFolder;
import farsight.cli.output.RunFacts;
import farsight.cli.output.TextTable;
import farsight.data.DataException;
import farsight.data.OutputFiles;
import farsight.engine.Engine;
import farsight.evidence.Study;
import farsight.evidence.StudyResults;
import farsight.evidence.StudyRun;
import farsight.report.Report;
import farsight.report.StudyReport;
import farsight.text.Line;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares networks with and without blocks. */
@Command(
        name = "study",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Compare blocks inside networks: train each on tasks with several seeds, and judge claims.",
        description = {
            "",
            "A study is a JSON file: settings (a task and a network), variants (blocks inserted into it), seeds, and"
                    + " claims. Each gets a folder in DIR with costs.csv, runs.csv, results.json, a chart and a page; DIR"
                    + " gets a ledger of all claims. Trials that are finished stay: a study that was killed, or changed,"
                    + " goes on with --resume.",
            ""
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  farsight study experiments/studies/context.json --output out",
            "  farsight study experiments/studies/*.json --quick --output target/studies --overwrite"
        })
public final class StudyCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private final Console console = new Console();

    @Parameters(paramLabel = "STUDY", arity = "1..*", description = "Studies, JSON files.")
    private List<Path> files = List.of();

    @Mixin
    private final DeviceOptions devices = new DeviceOptions();

    @Option(names = "--output", required = true, paramLabel = "DIR", description = "Folder of the results.")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    @Option(names = "--quick", description = "The studies' short form, which shows that they run, and nothing more.")
    private boolean quick;

    @Option(names = "--skip-missing", description = "Leave out settings whose data are not there, and say so.")
    private boolean skipMissing;

    @Option(names = "--resume", description = "Keep results that still hold, and add what is missing.")
    private boolean resume;

    @Option(names = "--overwrite", description = "Replace results in DIR.")
    private boolean overwrite;

    @Override
    public Integer call() {
        if (resume && overwrite) {
            throw console.usage("--resume or --overwrite, not both");
        }
        OutputFolder.check(output);
        Engine device = devices.engine();
        List<Study> studies = files.stream()
                .map(f -> Study.load(f, new Study.Reading(quick, skipMissing)))
                .toList();
        Set<String> names = new HashSet<>();
        studies.forEach(s -> {
            if (!names.add(s.name())) {
                throw console.usage("two studies are called %s; their names must differ".formatted(s.name()));
            }
        });
        // These networks are too small for several threads, so each thread trains one.
        List<Engine> workers = devices.workers();
        List<StudyResults> all = new ArrayList<>();
        try (FolderLock _ = OutputFolder.open(output, "study")) {
            for (Study study : studies) {
                checkFree(study);
            }
            for (Study study : studies) {
                if (study.settings().isEmpty()) {
                    study.missing().forEach(m -> console.note("%s: left out, %s".formatted(study.name(), m)));
                } else {
                    all.add(run(study, all, device, workers));
                }
            }
            console.tell();
            Report.Written written = StudyReport.ledger(all, output);
            print(all, written);
        }
        return ExitCode.DONE;
    }

    private void checkFree(Study study) {
        Path folder = output.resolve(study.name());
        if (!resume && !overwrite && Files.exists(folder.resolve(StudyRun.RUNS))) {
            throw new DataException(folder + " already holds a study; --resume continues it, --overwrite replaces it");
        }
    }

    private StudyResults run(Study study, List<StudyResults> all, Engine device, List<Engine> workers) {
        Path folder = OutputFiles.directory(output.resolve(study.name()));
        if (overwrite) {
            StudyRun.clear(folder);
        }
        StudyResults results;
        try (StudyProgress progress = new StudyProgress(console.err())) {
            List<Path> others =
                    all.stream().map(r -> output.resolve(r.study().name())).toList();
            results = StudyRun.run(study, folder, others, device, workers, progress);
        }
        StudyReport.write(results, RunFacts.of(spec, List.of(device)), folder);
        return results;
    }

    private void print(List<StudyResults> all, Report.Written written) {
        if (console.json()) {
            console.out().print(StudyReport.ledgerJson(all));
            return;
        }
        for (StudyResults r : all) {
            console.out().println();
            console.out().println(Line.printable(r.study().title()));
            List<List<String>> rows = StudyReport.table(r);
            TextTable table =
                    new TextTable(rows.getFirst().size() - 1, rows.getFirst().toArray(String[]::new));
            rows.stream().skip(1).forEach(row -> table.row(row.toArray(String[]::new)));
            table.print(console.out());
            StudyReport.verdicts(r).forEach(v -> console.out().println(Line.printable(v)));
        }
        console.out().println();
        if (quick) {
            console.out().println("The short form shows that everything runs. Its figures and verdicts mean nothing.");
        }
        written.notes().forEach(console.out()::println);
        console.out().println(Line.printable("Ledger: " + output.resolve(StudyReport.LEDGER)));
    }
}
