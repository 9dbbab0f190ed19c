package farsight.cli;

import farsight.cli.output.Console;
import farsight.cli.output.ExitCode;
import farsight.cli.output.FolderLock;
import farsight.cli.output.OutputFolder;
import farsight.data.DataException;
import farsight.data.OutputFiles;
import farsight.report.Report;
import farsight.report.SweepJson;
import farsight.sweep.SweepResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws the charts of a finished sweep again. */
@Command(
        name = "chart",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Draw the charts and the page of a finished sweep again, from its points.json.",
        footerHeading = "%nExample:%n",
        footer = "  farsight chart out/points.json --output redrawn")
final class ChartCommand implements Callable<Integer> {

    @Mixin
    private final Console console = new Console();

    @Parameters(paramLabel = "SWEEP", description = "A sweep's folder, or its points.json.")
    @SuppressWarnings("NullAway.Init")
    private Path sweep;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Folder for the charts (default: beside points.json).")
    private @Nullable Path output;

    @Option(
            names = "--overwrite",
            description = "Replace files of the same names in DIR, if DIR is not the sweep's folder.")
    private boolean overwrite;

    @Override
    public Integer call() {
        Path file = Files.isDirectory(sweep) ? sweep.resolve("points.json") : sweep;
        boolean begun = Stream.of("sweep.json", "points.csv").anyMatch(name -> Files.exists(file.resolveSibling(name)));
        if (Files.notExists(file) && begun) {
            throw new DataException(
                    file + " is missing, because that sweep has not ended; points.csv holds its finished points;"
                            + " if it was interrupted, repeat its command with --resume");
        }
        Path own = file.resolveSibling("");
        Path folder = output != null ? output : own;
        OutputFolder.check(folder);
        // Read first, so that an unreadable file leaves no folder behind.
        SweepResult result = SweepJson.read(file);
        Report.Written written;
        try (FolderLock _ = OutputFolder.open(folder, "chart")) {
            boolean itself = same(folder, own);
            if (!overwrite && !itself) {
                OutputFolder.checkFree(folder, Report::writes);
            }
            // Read again: a sweep may have ended there before the folder was locked.
            written = Report.write(itself ? SweepJson.read(file) : result, folder);
        }
        if (console.json()) {
            var document = Console.object();
            var files = document.putArray("files");
            written.files().forEach(f -> files.add(f.toString()));
            console.print(document);
            return ExitCode.DONE;
        }
        written.notes().forEach(console.out()::println);
        written.files().forEach(console.out()::println);
        return ExitCode.DONE;
    }

    /** Whether both paths name the same folder. */
    private static boolean same(Path one, Path other) {
        try {
            return Files.isSameFile(one.toAbsolutePath(), other.toAbsolutePath());
        } catch (IOException e) {
            throw OutputFiles.failure("cannot write to " + one, e);
        }
    }
}
