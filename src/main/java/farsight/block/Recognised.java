package farsight.block;

import java.util.List;

/**
 * A block that was told by its tensors.
 *
 * @param block with defaults for what they do not tell
 * @param open the fields that they do not tell
 */
public record Recognised(Block block, List<Open> open) {

    /** Copies the list. */
    public Recognised {
        open = List.copyOf(open);
    }

    /** A block that its tensors tell in full. */
    public Recognised(Block block) {
        this(block, List.of());
    }

    /**
     * A field that the tensors leave open.
     *
     * @param field of the spec
     * @param taken the value that the block has
     * @param others what else it may be, and how to tell
     */
    public record Open(String field, String taken, String others) {}
}
