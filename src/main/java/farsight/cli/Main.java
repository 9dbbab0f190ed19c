package farsight.cli;

import farsight.block.RegistrationException;
import farsight.cli.advise.AdviseCommand;
import farsight.cli.network.EvaluateCommand;
import farsight.cli.network.StudyCommand;
import farsight.cli.network.TasksCommand;
import farsight.cli.network.TrainCommand;
import farsight.cli.output.ExitCode;
import farsight.cli.output.StandardOutput;
import farsight.cli.output.Version;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The {@code farsight} command: one class per subcommand, exit codes in {@link ExitCode}. */
@Command(
        name = "farsight",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = "Long-range context for vision: non-local blocks, forward and backward, on the JVM and on GPUs.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DevicesCommand.class,
            DoctorCommand.class,
            DescribeCommand.class,
            ApplyCommand.class,
            GradientCommand.class,
            CheckCommand.class,
            SweepCommand.class,
            ChartCommand.class,
            InspectCommand.class,
            TrainCommand.class,
            EvaluateCommand.class,
            StudyCommand.class,
            TasksCommand.class,
            AdviseCommand.class,
            KernelsCommand.class,
            CompletionCommand.class,
            CommandLine.HelpCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed",
            "2:bad usage or bad input",
            "3:refused, because it would not fit in memory"
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  farsight describe --block latentgnn --channels 64 --d 100 --n 500x500",
            "",
            "  farsight COMMAND --help, or farsight help COMMAND, explains a command."
        })
public final class Main implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--stacktrace",
            scope = ScopeType.INHERIT,
            description = "After an error, print its stack trace (also: FARSIGHT_STACKTRACE=1).")
    private boolean stacktrace;

    /** Columns of the help: wide enough for an example in one line. */
    private static final int HELP_WIDTH = 110;

    private Main() {}

    /** Runs the command and exits with its code. */
    public static void main(String... args) {
        // Numbers are formatted alike in every locale.
        Locale.setDefault(Locale.ROOT);
        StandardOutput standard = new StandardOutput();
        PrintWriter out = new PrintWriter(standard, false, charset(System.out.charset()));
        PrintWriter err = new PrintWriter(System.err, true, charset(System.err.charset()));
        int code = run(out, standard::readerGone, err, args);
        out.flush();
        err.flush();
        System.exit(code);
    }

    /**
     * Runs the command within this process.
     *
     * @param out receives results
     * @param err receives errors and warnings, one line each
     * @return the exit code
     */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        return run(out, () -> false, err, args);
    }

    private static int run(PrintWriter out, BooleanSupplier readerGone, PrintWriter err, String... args) {
        Main main = new Main();
        Failures failures = new Failures(err, () -> main.stacktrace);
        CommandLine line = new CommandLine(main)
                .setOut(out)
                .setErr(err)
                .setUsageHelpWidth(HELP_WIDTH)
                .registerConverter(Path.class, Main::path)
                .setExecutionStrategy(Main::execute)
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
        int code;
        try {
            code = line.execute(args);
        } catch (Throwable e) {
            // picocli does not catch errors such as OutOfMemoryError.
            code = failures.report(e);
        }
        // A PrintWriter does not throw when the disk is full; checkError flushes and asks.
        if (out.checkError() && code == ExitCode.DONE) {
            if (!readerGone.getAsBoolean()) {
                failures.line("cannot write to standard output");
            }
            code = ExitCode.FAILED;
        }
        err.flush();
        return code;
    }

    /** Like picocli's default, but a broken block registration fails in one line even while printing help. */
    private static int execute(ParseResult parsed) {
        try {
            return new CommandLine.RunLast().execute(parsed);
        } catch (RegistrationException e) {
            throw new ExecutionException(parsed.commandSpec().commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "no command given, expected one of "
                        + String.join(", ", spec.subcommands().keySet()));
    }

    private static Path path(String text) {
        if (text.isBlank()) {
            // An empty path would name the working directory.
            throw new TypeConversionException("the name is empty, expected a file name");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new TypeConversionException(Failures.name(e));
        }
    }

    /** UTF-8 instead of ASCII: in the POSIX locale Java would write question marks, and most terminals read UTF-8. */
    private static Charset charset(Charset stream) {
        return stream.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : stream;
    }
}
