package farsight.cli.output;

import farsight.text.Line;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A command's output streams, and whether it writes text or JSON. */
public final class Console {

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    private final List<String> notes = new ArrayList<>();

    /** Whether JSON was asked for. */
    public boolean json() {
        return json;
    }

    /** Standard output. */
    public PrintWriter out() {
        return command.commandLine().getOut();
    }

    /** Standard error. */
    public PrintWriter err() {
        return command.commandLine().getErr();
    }

    /** Whether standard output is a terminal, where a person sees a bar. */
    public static boolean terminal() {
        return java.util.Optional.ofNullable(System.console())
                .filter(java.io.Console::isTerminal)
                .isPresent();
    }

    /** Prints one JSON document. */
    public void print(JsonNode document) {
        out().println(JSON.writeValueAsString(document));
    }

    /**
     * Reports on a file of tensors that was written. If they went into a stream, perhaps standard output, the text goes
     * to stderr.
     */
    public void report(Path written, Supplier<String> text, Supplier<ObjectNode> document) {
        boolean intoStream = Files.exists(written) && !Files.isRegularFile(written);
        if (intoStream) {
            note(text.get());
            tell();
        } else if (json) {
            print(document.get());
        } else {
            out().println(Line.printable(text.get()));
        }
    }

    /** Puts the shape of each tensor under its name, as {@code tensors}. */
    public static <T> void tensors(ObjectNode o, Map<String, T> written, Function<T, long[]> shape) {
        ObjectNode tensors = o.putObject("tensors");
        written.forEach((name, tensor) -> {
            ArrayNode extents = tensors.putArray(name);
            for (long extent : shape.apply(tensor)) {
                extents.add(extent);
            }
        });
    }

    /**
     * Keeps a note until {@link #tell}. A command that is refused, or finds its input bad, prints that error and no
     * notes.
     */
    public void note(String text) {
        notes.add(text);
    }

    /** Warns about NaN and infinite values, which spread over the whole output. */
    public void warnOfBroken(String what, long broken, long all) {
        if (broken > 0) {
            note("warning: %s holds %,d values of %,d that are NaN or infinite".formatted(what, broken, all));
        }
    }

    /** Prints the notes kept so far to stderr. */
    public void tell() {
        PrintWriter err = err();
        notes.forEach(note -> err.println("farsight: " + Line.of(note)));
        notes.clear();
        err.flush();
    }

    /** A usage error that picocli cannot detect. */
    public ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    /** An empty JSON object. */
    public static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /** Puts a number, or null for NaN and infinity, which JSON lacks. */
    public static void number(ObjectNode o, String field, double value) {
        if (Double.isFinite(value)) {
            o.put(field, value);
        } else {
            o.putNull(field);
        }
    }
}
