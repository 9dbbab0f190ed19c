package farsight.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code farsight} command. */
@Command(name = "farsight", mixinStandardHelpOptions = true)
public final class Main {

    private Main() {}

    /** Runs the command and exits with its code. */
    public static void main(String... args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }
}
