package farsight.block;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The fields of one spec, each read once; what was not read is unknown. */
final class SpecFields {

    private final ObjectNode object;
    private final Set<String> known = new LinkedHashSet<>();

    SpecFields(ObjectNode object) {
        this.object = object;
    }

    private @Nullable JsonNode find(String field) {
        known.add(field);
        JsonNode node = object.get(field);
        return node == null || node.isNull() ? null : node;
    }

    private JsonNode require(String field, String expected) {
        JsonNode node = find(field);
        if (node == null) {
            throw new SpecException("field \"" + field + "\" is missing; it must be " + expected);
        }
        return node;
    }

    private static SpecException wrong(String field, JsonNode node, String expected) {
        return new SpecException("field \"" + field + "\" is " + node + "; it must be " + expected);
    }

    boolean has(String field) {
        return find(field) != null;
    }

    int integer(String field) {
        return asInteger(field, require(field, "a whole number of at least 1"));
    }

    int integer(String field, int otherwise) {
        JsonNode node = find(field);
        return node == null ? otherwise : asInteger(field, node);
    }

    private static int asInteger(String field, JsonNode node) {
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 1) {
            throw wrong(field, node, "a whole number of at least 1");
        }
        return node.intValue();
    }

    double number(String field, double otherwise) {
        JsonNode node = find(field);
        if (node == null) {
            return otherwise;
        }
        if (!node.isNumber()) {
            throw wrong(field, node, "a number");
        }
        return node.doubleValue();
    }

    boolean flag(String field, boolean otherwise) {
        JsonNode node = find(field);
        if (node == null) {
            return otherwise;
        }
        if (!node.isBoolean()) {
            throw wrong(field, node, "true or false");
        }
        return node.booleanValue();
    }

    List<Integer> integers(String field) {
        String expected = "a list of whole numbers of at least 1, one for each kernel";
        JsonNode node = require(field, expected);
        if (!node.isArray() || node.isEmpty()) {
            throw wrong(field, node, expected);
        }
        List<Integer> all = new ArrayList<>();
        for (JsonNode n : node) {
            all.add(asInteger(field, n));
        }
        return all;
    }

    String word(String field, List<String> allowed) {
        JsonNode node = require(field, "one of " + String.join(", ", allowed));
        if (!node.isString() || !allowed.contains(node.stringValue())) {
            throw wrong(field, node, "one of " + String.join(", ", allowed));
        }
        return node.stringValue();
    }

    <E extends Enum<E>> E choice(String field, E otherwise) {
        JsonNode node = find(field);
        return node == null ? otherwise : constant(field, node, otherwise.getDeclaringClass());
    }

    <E extends Enum<E>> Set<E> choices(String field, Class<E> type, Set<E> otherwise) {
        JsonNode node = find(field);
        if (node == null) {
            return otherwise;
        }
        if (!node.isArray() || node.isEmpty()) {
            throw wrong(field, node, "a list of at least one of " + words(type));
        }
        EnumSet<E> all = EnumSet.noneOf(type);
        for (JsonNode n : node) {
            all.add(constant(field, n, type));
        }
        return all;
    }

    private static <E extends Enum<E>> E constant(String field, JsonNode node, Class<E> type) {
        for (E e : type.getEnumConstants()) {
            if (node.isString() && Checks.word(e).equals(node.stringValue())) {
                return e;
            }
        }
        throw wrong(field, node, "one of " + words(type));
    }

    private static <E extends Enum<E>> String words(Class<E> type) {
        return String.join(
                ", ", Arrays.stream(type.getEnumConstants()).map(Checks::word).toList());
    }

    /** Complains of the first field that no call has asked for. */
    void rejectUnknown(String kind) {
        for (String name : object.propertyNames()) {
            if (!known.contains(name)) {
                throw new SpecException(String.format(
                        Locale.ROOT,
                        "unknown field \"%s\" in a %s spec; it may have %s",
                        name,
                        kind,
                        String.join(", ", known)));
            }
        }
    }
}
