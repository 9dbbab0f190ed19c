package farsight.listing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Source text of kernel methods. The build copies the files of {@code farsight.kernel} beside their classes. It also
 * formats them, so the first and last line of a member are indented by four spaces.
 */
final class JavaSource {

    private static final Pattern METHOD = Pattern.compile("^    (?:[a-z]+ )*[\\w<>\\[\\]]+ (\\w+)\\(");

    private final List<String> lines;

    private JavaSource(List<String> lines) {
        this.lines = lines;
    }

    /**
     * The source of a class.
     *
     * @throws IllegalStateException when the jar lacks it
     */
    static JavaSource of(Class<?> type) {
        return beside(type, type.getSimpleName())
                .orElseThrow(() -> new IllegalStateException("the source of " + type + " is not in the jar"));
    }

    /** The source of a class in the same package; empty if the jar has none. */
    static Optional<JavaSource> beside(Class<?> type, String name) {
        String file = name + ".java";
        try (InputStream in = type.getResourceAsStream(file)) {
            return in == null
                    ? Optional.empty()
                    : Optional.of(new JavaSource(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** A method with its Javadoc, followed by the methods of the same class that it calls. */
    String method(String name) {
        Set<String> wanted = new LinkedHashSet<>(List.of(name));
        List<String> parts = new ArrayList<>();
        Set<String> done = new LinkedHashSet<>();
        while (done.size() < wanted.size()) {
            String next =
                    wanted.stream().filter(n -> !done.contains(n)).findFirst().orElseThrow();
            done.add(next);
            String text = member(next);
            parts.add(text);
            declared().stream()
                    .filter(d ->
                            Pattern.compile("\\b" + d + "\\(").matcher(text).find())
                    .forEach(wanted::add);
        }
        return String.join("\n\n", parts);
    }

    /** Declarations of the class's constants that a text names, one per line. */
    List<String> constants(String text) {
        Pattern constant = Pattern.compile("^    (?:[a-z]+ )*static final \\w+ (\\w+) = .*;");
        return lines.stream()
                .filter(line -> {
                    Matcher m = constant.matcher(line);
                    return m.find()
                            && Pattern.compile("\\b" + m.group(1) + "\\b")
                                    .matcher(text)
                                    .find();
                })
                .map(String::strip)
                .toList();
    }

    private Set<String> declared() {
        return lines.stream()
                .map(METHOD::matcher)
                .filter(Matcher::find)
                .map(m -> m.group(1))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private String member(String name) {
        int head = 0;
        while (head < lines.size() && !declares(lines.get(head), name)) {
            head++;
        }
        if (head == lines.size()) {
            throw new IllegalStateException("no method " + name + " in this source");
        }
        int first = head;
        while (!lines.get(first - 1).isBlank() && !lines.get(first - 1).endsWith("{")) {
            first--;
        }
        int last = head;
        while (!lines.get(last).equals("    }")) {
            last++;
        }
        return lines.subList(first, last + 1).stream()
                .map(l -> l.startsWith("    ") ? l.substring(4) : l)
                .collect(Collectors.joining("\n"));
    }

    private static boolean declares(String line, String name) {
        Matcher m = METHOD.matcher(line);
        return m.find() && m.group(1).equals(name);
    }
}
