package farsight.program;

/**
 * A named array of a {@link Program}, before there is an array.
 *
 * @param id position in {@link Program#buffers()}
 * @param name what a person calls it, for example {@code psi_v2l.0}
 * @param shape extents in floats
 */
public record Buffer(int id, String name, Shape shape) {

    /** {@link Shape#elements()} of its shape. */
    public long elements() {
        return shape.elements();
    }
}
