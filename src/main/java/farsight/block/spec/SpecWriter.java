package farsight.block.spec;

import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes a block's options into its spec, in the order of the calls. */
public final class SpecWriter {

    private final ObjectNode object;

    public SpecWriter(ObjectNode object) {
        this.object = object;
    }

    /** Sets a whole number. */
    public SpecWriter set(String field, int value) {
        object.put(field, value);
        return this;
    }

    /** Sets a number. */
    public SpecWriter set(String field, double value) {
        object.put(field, value);
        return this;
    }

    /** Sets true or false. */
    public SpecWriter set(String field, boolean value) {
        object.put(field, value);
        return this;
    }

    /** Sets a word. */
    public SpecWriter set(String field, String word) {
        object.put(field, word);
        return this;
    }

    /** Sets a word: the constant's name in lower case. */
    public SpecWriter set(String field, Enum<?> value) {
        object.put(field, Checks.word(value));
        return this;
    }

    /** Sets a list of whole numbers. */
    public SpecWriter set(String field, List<Integer> values) {
        ArrayNode all = object.putArray(field);
        values.forEach(all::add);
        return this;
    }

    /** Sets a list of numbers. */
    public SpecWriter setNumbers(String field, List<Double> values) {
        ArrayNode all = object.putArray(field);
        values.forEach(all::add);
        return this;
    }

    /** Sets one whole number for all axes, or a list of one per axis. */
    public SpecWriter setPerAxis(String field, List<Integer> values) {
        return values.size() == 1 ? set(field, values.getFirst()) : set(field, values);
    }

    /** Sets an object or a list of them. */
    public SpecWriter set(String field, JsonNode value) {
        object.set(field, value);
        return this;
    }

    /** Sets a list of words, in the order of the constants. */
    public <E extends Enum<E>> SpecWriter set(String field, Set<E> values) {
        ArrayNode all = object.putArray(field);
        values.stream().sorted().forEach(value -> all.add(Checks.word(value)));
        return this;
    }
}
