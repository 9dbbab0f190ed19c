package farsight.block;

import java.util.List;

/**
 * A block recognised by its tensors.
 *
 * @param block the block, with defaults for the open fields
 * @param open the fields that the tensors leave open
 */
public record Recognised(Block block, List<Open> open) {

    /** Copies the list. */
    public Recognised {
        open = List.copyOf(open);
    }

    /** A block whose tensors leave no field open. */
    public Recognised(Block block) {
        this(block, List.of());
    }

    /**
     * A field that the tensors leave open.
     *
     * @param field of the spec
     * @param taken the value in the recognised block
     * @param others other possible values, and how to choose
     */
    public record Open(String field, String taken, String others) {}
}
