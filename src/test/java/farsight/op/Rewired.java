package farsight.op;

import farsight.program.Buffer;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;

/** An operation with other buffers. */
final class Rewired {

    private Rewired() {}

    /** A copy of the record with each of its buffers replaced where {@code by} has another. */
    static Op of(Op op, Map<Buffer, Buffer> by) {
        RecordComponent[] components = op.getClass().getRecordComponents();
        try {
            Object[] values = new Object[components.length];
            for (int i = 0; i < values.length; i++) {
                Object value = components[i].getAccessor().invoke(op);
                values[i] = value instanceof Buffer b ? by.getOrDefault(b, b) : value;
            }
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            return (Op) op.getClass().getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(op + " cannot be copied", e);
        }
    }
}
