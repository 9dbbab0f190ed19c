package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.spec.SpecException;
import farsight.cli.output.ExitCode;
import farsight.data.DataException;
import farsight.data.OutputException;
import farsight.engine.DriverException;
import farsight.engine.RefusedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class FailuresTest {

    private final StringWriter text = new StringWriter();
    private final Failures failures = new Failures(new PrintWriter(text), () -> false);

    private void reports(Throwable e, int code, String line) {
        text.getBuffer().setLength(0);
        assertThat(failures.report(e)).isEqualTo(code);
        assertThat(text.toString()).isEqualToNormalizingNewlines(line + "\n");
    }

    @Test
    void everyKindOfFailureHasItsExitCode() {
        reports(new DataException("no file"), ExitCode.BAD_INPUT, "farsight: no file");
        reports(new SpecException("no field"), ExitCode.BAD_INPUT, "farsight: no field");
        reports(new RefusedException("too large"), ExitCode.REFUSED, "farsight: too large");
        reports(
                new OutputException("cannot write y", new IOException("No space left on device")),
                ExitCode.FAILED,
                "farsight: cannot write y");
    }

    @Test
    void aClosedPipeIsNotReported() {
        assertThat(failures.report(new OutputException("cannot write /dev/stdout", new IOException("Broken pipe"))))
                .isEqualTo(ExitCode.FAILED);
        assertThat(text.toString()).isEmpty();
    }

    @Test
    void outOfMemoryIsReportedInOneLine() {
        reports(
                new OutOfMemoryError("Cannot reserve 8 bytes"),
                ExitCode.FAILED,
                "farsight: out of memory, although the run was predicted to fit: Cannot reserve 8 bytes;"
                        + " a smaller --memory refuses such a run");
    }

    @Test
    void aDriverFailureIsReportedByItsFirstCause() {
        Throwable first = new IllegalStateException("no platform\nhere");
        DriverException failure = new DriverException(new ExceptionInInitializerError(first));
        reports(
                failure,
                ExitCode.FAILED,
                "farsight: TornadoVM cannot list its devices: IllegalStateException: no platform; `farsight doctor`"
                        + " looks at the drivers");
    }

    @Test
    void unexpectedFailuresAreReportedInOneLine() {
        reports(
                new IllegalStateException("first\n  second"),
                ExitCode.FAILED,
                "farsight: failed unexpectedly: IllegalStateException: first second" + " (--stacktrace shows where)");
        reports(
                new NullPointerException(),
                ExitCode.FAILED,
                "farsight: failed unexpectedly: NullPointerException: NullPointerException"
                        + " (--stacktrace shows where)");
    }
}
