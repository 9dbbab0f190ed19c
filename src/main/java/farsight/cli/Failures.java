package farsight.cli;

import farsight.block.RegistrationException;
import farsight.block.spec.SpecException;
import farsight.cli.output.ExitCode;
import farsight.data.DataException;
import farsight.data.NoRoomException;
import farsight.data.OutputException;
import farsight.data.ReadInterruptedException;
import farsight.engine.DriverException;
import farsight.engine.LibraryException;
import farsight.engine.ProviderException;
import farsight.engine.RefusedException;
import farsight.engine.SettingException;
import farsight.engine.UnknownDeviceException;
import farsight.text.Line;
import farsight.text.Nearest;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns every failure into one line on stderr and an exit code. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {

    private final PrintWriter err;
    private final BooleanSupplier stacktrace;

    /**
     * @param stacktrace whether to print stack traces
     */
    Failures(PrintWriter err, BooleanSupplier stacktrace) {
        this.err = err;
        this.stacktrace = stacktrace;
    }

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        line(usage(e) + " (see " + command + " --help)");
        trace(e);
        return ExitCode.BAD_INPUT;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine line, ParseResult result) {
        return report(e);
    }

    /** Prints a failure and returns its exit code. */
    int report(Throwable e) {
        if (e instanceof OutputException output && output.brokenPipe()) {
            return ExitCode.FAILED;
        }
        int code = switch (e) {
            case RefusedException _, NoRoomException _ -> ExitCode.REFUSED;
            case DataException _,
                    SpecException _,
                    RegistrationException _,
                    ProviderException _,
                    SettingException _,
                    UnknownDeviceException _,
                    LibraryException _,
                    InvalidPathException _ -> ExitCode.BAD_INPUT;
            default -> ExitCode.FAILED;
        };
        if (code != ExitCode.FAILED || e instanceof OutputException || e instanceof ReadInterruptedException) {
            line(message(e));
        } else if (e instanceof DriverException) {
            line(message(e) + "; " + DriverException.ADVICE);
        } else if (e instanceof OutOfMemoryError) {
            line("out of memory, although the run was predicted to fit: " + message(e)
                    + "; a smaller --memory refuses such a run");
        } else {
            line("failed unexpectedly: " + e.getClass().getSimpleName() + ": " + message(e)
                    + " (--stacktrace shows where)");
        }
        trace(e);
        return code;
    }

    /** Prints any text as one line of bounded length. */
    void line(String text) {
        String oneLine =
                text.lines().map(String::strip).filter(l -> !l.isEmpty()).collect(Collectors.joining(" "));
        err.println("farsight: " + Line.of(oneLine));
        err.flush();
    }

    private void trace(Throwable e) {
        String variable = System.getenv("FARSIGHT_STACKTRACE");
        if (stacktrace.getAsBoolean() || (variable != null && !variable.isEmpty() && !variable.equals("0"))) {
            e.printStackTrace(err);
            err.flush();
        }
    }

    /** A message for an invalid file name, with a remedy. */
    static String name(InvalidPathException e) {
        String charset = System.getProperty("sun.jnu.encoding", "unknown");
        return e.getInput().indexOf('\0') >= 0 || charset.equals("UTF-8")
                ? "'%s' is not a valid file name: %s".formatted(e.getInput(), e.getReason())
                : "'%s' cannot be written in this locale's character set, %s: set LC_ALL to a UTF-8 locale, for example C.UTF-8"
                        .formatted(e.getInput(), charset);
    }

    private static String message(Throwable e) {
        if (e instanceof InvalidPathException path) {
            return name(path);
        }
        String message = e.getMessage();
        return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    }

    private static String usage(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            String first = unmatched.getUnmatched().getFirst();
            if (first.startsWith("-")) {
                List<String> similar = unmatched.getSuggestions();
                return "unknown option " + Line.excerpt(first)
                        + (similar.isEmpty() ? "" : ", did you mean " + String.join(" or ", similar) + "?");
            }
            Set<String> commands = e.getCommandLine().getSubcommands().keySet();
            String shown = Line.excerpt(first);
            return commands.isEmpty()
                    ? "'" + shown + "' belongs to no option"
                    : "no command '" + shown + "', expected one of " + String.join(", ", commands)
                            + Nearest.hint(first, commands);
        }
        return message(e);
    }
}
