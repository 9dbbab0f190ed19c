package farsight.program;

/**
 * A symbolic array of a {@link Program}: a name and a shape, nothing allocated.
 *
 * @param id position in {@link Program#buffers()}
 * @param name readable name, for example {@code psi_v2l.0}
 * @param shape extents in floats
 */
public record Buffer(int id, String name, Shape shape) {

    /** {@link Shape#elements()} of its shape. */
    public long elements() {
        return shape.elements();
    }
}
