package farsight.vector;

import java.util.EnumMap;
import java.util.Map;

/**
 * A thread's float arrays, by purpose. Each grows to the largest size requested.
 *
 * @param <U> the purposes
 */
public final class Workspace<U extends Enum<U>> {

    private final Map<U, float[]> kept;

    public Workspace(Class<U> uses) {
        kept = new EnumMap<>(uses);
    }

    /** At least {@code count} floats, with arbitrary contents. */
    public float[] of(U use, int count) {
        float[] floats = kept.get(use);
        if (floats == null || floats.length < count) {
            floats = new float[count];
            kept.put(use, floats);
        }
        return floats;
    }
}
