package farsight.block;

import farsight.block.spec.Checks;
import farsight.block.spec.SpecException;
import java.util.Map;

/**
 * Names and shapes of the tensors under one prefix of a checkpoint.
 *
 * @param prefix of the names in the file, with the dot at its end; may be empty
 * @param shapes by name without the prefix
 */
public record StateDict(String prefix, Map<String, long[]> shapes) {

    /** Whether there is a tensor of that name. */
    public boolean has(String name) {
        return shapes.containsKey(name);
    }

    /** Number of axes of a tensor; 0 if there is none of that name. */
    public int axes(String name) {
        return shapes.getOrDefault(name, new long[0]).length;
    }

    /**
     * An extent of a tensor.
     *
     * @throws SpecException when the tensor is missing or has no such extent of at least 1
     */
    public int extent(String name, int axis) {
        long[] shape = shapes.getOrDefault(name, new long[0]);
        if (shape.length <= axis || shape[axis] < 1 || shape[axis] > Integer.MAX_VALUE) {
            throw new SpecException("%s is missing or has no extent %d".formatted(name, axis));
        }
        return (int) shape[axis];
    }

    /**
     * The whole reduction that gives {@code inner} channels from {@code channels}.
     *
     * @throws SpecException when there is none
     */
    static int reduction(int channels, int inner) {
        int reduction = channels / inner;
        Checks.that(
                reduction >= 1 && channels / reduction == inner,
                "no whole reduction gives %d channels from %d".formatted(inner, channels));
        return reduction;
    }
}
