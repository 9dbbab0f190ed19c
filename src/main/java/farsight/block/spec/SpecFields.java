package farsight.block.spec;

import farsight.text.Line;
import farsight.text.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields of one spec. A null field counts as omitted. A missing field, or one of the wrong type, is a {@link
 * SpecException} that names the field and the allowed values.
 */
public final class SpecFields {

    private static final String COUNT = "a whole number of at least 1, at most 2,147,483,647";

    private final ObjectNode object;

    public SpecFields(ObjectNode object) {
        this.object = object;
    }

    private @Nullable JsonNode find(String field) {
        JsonNode node = object.get(field);
        return node == null || node.isNull() ? null : node;
    }

    private JsonNode require(String field, String expected) {
        JsonNode node = find(field);
        if (node == null) {
            String is = object.has(field) ? "null" : "missing";
            throw new SpecException("field \"" + field + "\" is " + is + "; it must be " + expected);
        }
        return node;
    }

    private static SpecException wrong(String field, JsonNode node, String expected) {
        return wrong("field \"" + field + "\" is ", node, expected, List.of());
    }

    private static SpecException wrong(String what, JsonNode node, String expected, Collection<String> known) {
        String hint = node.isString() ? Nearest.hint(node.stringValue(), known) : "";
        return new SpecException(what + text(node) + "; it must be " + expected + hint);
    }

    /** The value as shown in a message. */
    private static String text(JsonNode node) {
        return Line.excerpt(node.isNumber() ? node.numberValue().toString() : node.toString());
    }

    /** Whether the spec has the field. */
    public boolean has(String field) {
        return find(field) != null;
    }

    /** A required object. */
    public ObjectNode object(String field, String expected) {
        JsonNode node = require(field, expected);
        if (node instanceof ObjectNode found) {
            return found;
        }
        throw wrong(field, node, expected);
    }

    /** A list of objects, perhaps empty; empty without the field. */
    public List<ObjectNode> objects(String field, String expected) {
        return find(field) == null
                ? List.of()
                : entries(field, expected).stream()
                        .map(node -> {
                            if (node instanceof ObjectNode found) {
                                return found;
                            }
                            throw wrong("field \"" + field + "\" has the entry ", node, "an object", List.of());
                        })
                        .toList();
    }

    /** The entries of a required list. */
    public List<JsonNode> entries(String field, String expected) {
        JsonNode node = require(field, expected);
        if (!node.isArray()) {
            throw wrong(field, node, expected);
        }
        return List.copyOf(node.values());
    }

    /** A required string that is not blank. */
    public String text(String field, String expected) {
        JsonNode node = require(field, expected);
        if (!node.isString() || node.stringValue().isBlank()) {
            throw wrong(field, node, expected);
        }
        return node.stringValue();
    }

    /** A required whole number, of any sign. */
    public int anyInteger(String field, String expected) {
        JsonNode node = require(field, expected);
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw wrong(field, node, expected);
        }
        return node.intValue();
    }

    /** A list of finite numbers. */
    public List<Double> numbers(String field, String expected) {
        return entries(field, expected).stream()
                .map(node -> {
                    double value = node.isNumber() ? node.numberValue().doubleValue() : Double.NaN;
                    if (!Double.isFinite(value)) {
                        throw wrong("field \"" + field + "\" has the entry ", node, "a number", List.of());
                    }
                    return value;
                })
                .toList();
    }

    /**
     * A whole number, or a list of one per axis, for example {@code 3} or {@code [3, 1]}.
     *
     * @param least smallest number allowed
     * @return one number for all axes, or two
     */
    public List<Integer> perAxis(String field, List<Integer> otherwise, int least) {
        JsonNode node = find(field);
        if (node == null) {
            return otherwise;
        }
        List<JsonNode> all = node.isArray() ? List.copyOf(node.values()) : List.of(node);
        boolean valid = (all.size() == 1 || all.size() == 2)
                && all.stream().allMatch(n -> n.isIntegralNumber() && n.canConvertToInt() && n.intValue() >= least);
        if (!valid) {
            throw wrong(
                    field, node, "a whole number of at least %d, or a list of two: [height, width]".formatted(least));
        }
        return all.stream().map(JsonNode::intValue).toList();
    }

    /** A required whole number of at least 1. */
    public int integer(String field) {
        return asInteger("field \"" + field + "\" is ", require(field, COUNT));
    }

    /** A whole number of at least 1. */
    public int integer(String field, int otherwise) {
        return has(field) ? integer(field) : otherwise;
    }

    private static int asInteger(String what, JsonNode node) {
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 1) {
            throw wrong(what, node, COUNT, List.of());
        }
        return node.intValue();
    }

    /** A number, finite. */
    public double number(String field, double otherwise) {
        JsonNode node = find(field);
        if (node == null) {
            return otherwise;
        }
        // The node's own conversion throws if a double cannot hold the number.
        double value = node.isNumber() ? node.numberValue().doubleValue() : Double.NaN;
        if (!Double.isFinite(value)) {
            throw wrong(field, node, "a number that a double can hold");
        }
        return value;
    }

    /** True or false. */
    public boolean flag(String field, boolean otherwise) {
        JsonNode node = find(field);
        if (node == null) {
            return otherwise;
        }
        if (!node.isBoolean()) {
            throw wrong(field, node, "true or false");
        }
        return node.booleanValue();
    }

    /** A required, non-empty list of whole numbers of at least 1. */
    public List<Integer> integers(String field) {
        String expected = "a list of whole numbers of at least 1, one per kernel";
        JsonNode node = require(field, expected);
        if (!node.isArray() || node.isEmpty()) {
            throw wrong(field, node, expected);
        }
        List<Integer> all = new ArrayList<>();
        for (JsonNode n : node) {
            all.add(asInteger(String.format(Locale.ROOT, "field \"%s\" has entry %d: ", field, all.size()), n));
        }
        return all;
    }

    /** A required word, one of those allowed. */
    public String word(String field, List<String> allowed) {
        String expected = "one of " + String.join(", ", allowed);
        if (!object.has(field)) {
            // A field with a similar name is most likely a misspelling of this one.
            object.propertyNames().stream()
                    .filter(name -> Nearest.of(name, List.of(field)).isPresent())
                    .findFirst()
                    .ifPresent(name -> {
                        throw unknown(name, "a spec", List.of(field));
                    });
        }
        JsonNode node = require(field, expected);
        if (!node.isString() || !allowed.contains(node.stringValue())) {
            throw wrong("field \"" + field + "\" is ", node, expected, allowed);
        }
        return node.stringValue();
    }

    /** An enum constant, written in lower case. */
    public <E extends Enum<E>> E choice(String field, E otherwise) {
        JsonNode node = find(field);
        return node == null ? otherwise : constant("field \"" + field + "\" is ", node, otherwise.getDeclaringClass());
    }

    /** A non-empty list of enum constants. */
    public <E extends Enum<E>> Set<E> choices(String field, Class<E> type, Set<E> otherwise) {
        JsonNode node = find(field);
        if (node == null) {
            return otherwise;
        }
        if (!node.isArray() || node.isEmpty()) {
            throw wrong(field, node, "a list of at least one of " + String.join(", ", words(type)));
        }
        EnumSet<E> all = EnumSet.noneOf(type);
        for (JsonNode n : node) {
            all.add(constant("field \"" + field + "\" lists ", n, type));
        }
        return all;
    }

    private static <E extends Enum<E>> E constant(String what, JsonNode node, Class<E> type) {
        for (E e : type.getEnumConstants()) {
            if (node.isString() && Checks.word(e).equals(node.stringValue())) {
                return e;
            }
        }
        throw wrong(what, node, "one of " + String.join(", ", words(type)), words(type));
    }

    private static <E extends Enum<E>> List<String> words(Class<E> type) {
        return Arrays.stream(type.getEnumConstants()).map(Checks::word).toList();
    }

    /** Throws for the first unknown field. */
    public void rejectUnknown(String kind, List<String> known) {
        for (String name : object.propertyNames()) {
            if (!known.contains(name)) {
                throw unknown(name, Line.withArticle(kind) + " spec", known);
            }
        }
    }

    private static SpecException unknown(String name, String where, List<String> known) {
        return new SpecException("unknown field \"%s\" in %s; it may have %s%s"
                .formatted(Line.excerpt(name), where, String.join(", ", known), Nearest.hint(name, known)));
    }
}
