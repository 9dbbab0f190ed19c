package farsight.report;

import farsight.block.Pass;
import farsight.sweep.Point;
import farsight.sweep.Status;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A {@link Point} as a row of texts, one per record component, under the components' names: a new component needs no
 * code here. No text is a spreadsheet formula.
 */
final class PointRow {

    private static final RecordComponent[] COMPONENTS = Point.class.getRecordComponents();

    /** The names of the fields, in order. */
    static final List<String> NAMES =
            Arrays.stream(COMPONENTS).map(RecordComponent::getName).toList();

    private PointRow() {}

    static List<String> fields(Point point) {
        List<String> fields = new ArrayList<>();
        for (RecordComponent component : COMPONENTS) {
            try {
                String text = String.valueOf(component.getAccessor().invoke(point));
                fields.add(component.getType() == String.class ? Formulas.neutral(text) : text);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return fields;
    }

    /**
     * @param fields as many as there are {@link #NAMES}
     * @throws IllegalArgumentException naming the wrong field and its allowed values
     */
    static Point point(List<String> fields) {
        Class<?>[] types = new Class<?>[COMPONENTS.length];
        Object[] values = new Object[COMPONENTS.length];
        for (int i = 0; i < COMPONENTS.length; i++) {
            types[i] = COMPONENTS[i].getType();
            values[i] = value(NAMES.get(i), types[i], fields.get(i));
        }
        try {
            Point point = Point.class.getDeclaredConstructor(types).newInstance(values);
            PointChecks.check(point);
            return point;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object value(String name, Class<?> type, String text) {
        if (type == String.class) {
            return Formulas.original(text);
        }
        if (type == Pass.class) {
            return choice(name, text, Pass.values());
        }
        if (type == Status.class) {
            return choice(name, text, Status.values());
        }
        try {
            if (type == int.class) {
                return Integer.parseInt(text);
            }
            if (type == long.class) {
                return Long.parseLong(text);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("%s is '%s', expected a whole number".formatted(name, text), e);
        }
        throw new IllegalStateException("no text form for " + type);
    }

    private static <E extends Enum<E>> E choice(String name, String text, E[] values) {
        for (E value : values) {
            if (value.toString().equals(text)) {
                return value;
            }
        }
        String allowed = Arrays.stream(values).map(Object::toString).collect(Collectors.joining(", "));
        throw new IllegalArgumentException("%s is '%s', expected one of: %s".formatted(name, text, allowed));
    }
}
