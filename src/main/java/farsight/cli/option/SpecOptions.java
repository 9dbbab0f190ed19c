package farsight.cli.option;

import farsight.block.Block;
import farsight.block.NamedBlock;
import farsight.block.spec.SpecException;
import farsight.block.spec.SpecJson;
import farsight.cli.output.Console;
import farsight.model.SpecFile;
import farsight.text.Line;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Options for the block: {@code --spec}, or {@code --block} with its fields. */
public final class SpecOptions {

    /** Values for completion and help, looked up on demand because a user's own block may be broken. */
    public static final class Kinds implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return NamedBlock.names().iterator();
        }
    }

    @Option(
            names = "--spec",
            paramLabel = "FILE",
            description = "The block's JSON spec: a file, - for standard input, or the JSON itself.")
    private @Nullable String spec;

    @Option(
            names = "--block",
            paramLabel = "NAME",
            completionCandidates = Kinds.class,
            description = "Instead of --spec: one of ${COMPLETION-CANDIDATES}; gc has ratio 1/16, gc-r4 has 1/4.")
    private @Nullable String block;

    @Option(names = "--channels", paramLabel = "C", description = "With --block: channels in and out (default: 64).")
    private @Nullable Integer channels;

    @Option(
            names = "--d",
            paramLabel = "D",
            description = "With --block: latent nodes, one number per kernel, for example 100 or 100,50.")
    private @Nullable List<String> latentDims;

    @Option(
            names = "--set",
            paramLabel = "FIELD=VALUE",
            description =
                    "With --block: any other field of the spec, for example --set ratio=0.25 for gc, or --set activation=silu"
                            + " for se.")
    private Map<String, String> fields = new LinkedHashMap<>();

    /** Whether any of these options was given. */
    public boolean given() {
        return spec != null || block != null || channels != null || latentDims != null || !fields.isEmpty();
    }

    /** The requested block. */
    public Block block(Console console) {
        if ((spec == null) == (block == null)) {
            throw console.usage(
                    spec == null
                            ? "no block given, expected --spec or --block"
                            : "expected --spec or --block, not both");
        }
        if (spec != null) {
            if (channels != null || latentDims != null || !fields.isEmpty()) {
                throw console.usage("--channels, --d and --set need --block; with --spec, the spec sets every field");
            }
            if (spec.isBlank()) {
                throw console.usage("--spec is empty, expected a file, - or JSON");
            }
            return fromSpec(spec);
        }
        return SpecFile.parse(json(String.valueOf(block), console), "--block " + block);
    }

    /** The spec's file, if it is given as one. */
    @Nullable
    Path file() {
        return spec == null || spec.equals("-") || isJson(spec) ? null : Path.of(spec);
    }

    private static boolean isJson(String given) {
        String start = given.stripLeading();
        // A list is not a spec but is JSON, unless a file has that name.
        return start.startsWith("{") || (start.startsWith("[") && Files.notExists(Path.of(given)));
    }

    private static Block fromSpec(String given) {
        if (given.equals("-")) {
            return SpecFile.read(System.in, "the spec on standard input");
        }
        if (isJson(given)) {
            return SpecFile.parse(given, "--spec");
        }
        return SpecFile.read(Path.of(given));
    }

    private ObjectNode json(String kind, Console console) {
        NamedBlock named = NamedBlock.find(kind);
        ObjectNode own = named.spec();
        ObjectNode sizes = Console.object();
        if (channels != null) {
            sizes.put("channels", channels);
        }
        if (latentDims != null) {
            if (!named.latent()) {
                throw console.usage("--d: --block %s has no d".formatted(kind));
            }
            sizes.setAll(named.latent(latentDims.stream()
                    .flatMap(given -> numbers(given, console).stream())
                    .toList()));
        }
        ObjectNode o = own.deepCopy();
        o.put("channels", 64);
        o.setAll(sizes);
        fields.forEach((field, text) -> {
            JsonNode value = SpecJson.value(text);
            checkFree(kind, own, sizes, field, value, console);
            o.set(field, value);
        });
        named.kind().latent().stream()
                .flatMap(latent -> latent.fields().stream())
                .filter(field -> !o.has(field))
                .findFirst()
                .ifPresent(field -> {
                    throw new SpecException("--block %s: field \"%s\" is missing; --d sets it, for example --d 64"
                            .formatted(kind, field));
                });
        return o;
    }

    /** Throws if another option sets the field, or if the block's name implies another value of it. */
    private void checkFree(
            String kind, ObjectNode own, ObjectNode sizes, String field, JsonNode value, Console console) {
        if (sizes.has(field)) {
            throw console.usage("--set " + field + " and " + (field.equals("channels") ? "--channels" : "--d")
                    + " set the same field, expected one of them");
        }
        if (own.has(field) && !own.get(field).equals(value)) {
            throw console.usage("--set %s=%s contradicts --block %s, which stands for %s; expected a --block"
                            .formatted(field, Line.excerpt(String.valueOf(fields.get(field))), kind, own)
                    + " that agrees with it");
        }
    }

    private static List<Integer> numbers(String given, Console console) {
        try {
            // The limit −1 keeps an empty piece after the last comma.
            return Arrays.stream(given.split(",", -1))
                    .map(piece -> Integer.valueOf(piece.strip()))
                    .toList();
        } catch (NumberFormatException e) {
            throw console.usage(
                    "--d '" + Line.excerpt(given) + "' is not a list of numbers; write for example 100 or 100,50");
        }
    }
}
