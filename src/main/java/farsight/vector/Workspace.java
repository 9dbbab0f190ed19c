package farsight.vector;

import java.util.EnumMap;
import java.util.Map;

/**
 * Float arrays that a thread keeps, by what they are for. Each grows to the most that was asked for.
 *
 * @param <U> what they are for
 */
final class Workspace<U extends Enum<U>> {

    private final Map<U, float[]> kept;

    Workspace(Class<U> uses) {
        kept = new EnumMap<>(uses);
    }

    /** At least so many floats, of any content. */
    float[] of(U use, int count) {
        float[] floats = kept.get(use);
        if (floats == null || floats.length < count) {
            floats = new float[count];
            kept.put(use, floats);
        }
        return floats;
    }
}
