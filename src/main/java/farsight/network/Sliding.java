package farsight.network;

import farsight.block.Grid;
import farsight.block.spec.Checks;
import farsight.block.spec.SpecException;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import farsight.op.image.Window;
import farsight.op.image.WindowAxis;
import java.util.List;

/**
 * The options of a window over whatever comes in; each one number for all axes, or [height, width].
 *
 * @param kernel at least 1
 * @param stride at least 1
 * @param padding at least 0
 * @param dilation at least 1
 */
public record Sliding(List<Integer> kernel, List<Integer> stride, List<Integer> padding, List<Integer> dilation) {

    /** Copies the lists. */
    public Sliding {
        kernel = List.copyOf(kernel);
        stride = List.copyOf(stride);
        padding = List.copyOf(padding);
        dilation = List.copyOf(dilation);
    }

    /**
     * Reads a window.
     *
     * @param one whether the stride is 1 if it is left out; otherwise it is the kernel
     */
    static Sliding read(SpecFields f, boolean one) {
        if (!f.has("kernel")) {
            f.integer("kernel"); // the message for a missing field
        }
        List<Integer> kernel = f.perAxis("kernel", List.of(), 1);
        return new Sliding(
                kernel,
                f.perAxis("stride", one ? List.of(1) : kernel, 1),
                f.perAxis("padding", List.of(0), 0),
                f.perAxis("dilation", List.of(1), 1));
    }

    void write(SpecWriter spec) {
        spec.setPerAxis("kernel", kernel).setPerAxis("stride", stride).setPerAxis("padding", padding);
        if (!dilation.equals(List.of(1))) {
            spec.setPerAxis("dilation", dilation);
        }
    }

    /**
     * The window over these features.
     *
     * @throws SpecException when they have no positions or three axes, or no window fits
     */
    Window over(Extents in) {
        Grid grid = in.grid();
        if (grid == null || grid.kind() == Grid.Kind.VIDEO) {
            throw new SpecException("the layer slides over [C, H, W] or [C, N], and %s comes in".formatted(in));
        }
        try {
            if (grid.plane()) {
                return new Window(axis(0, grid.height()), axis(1, grid.width()));
            }
            Checks.that(
                    List.of(kernel, stride, padding, dilation).stream().allMatch(n -> n.size() == 1),
                    "the layer has numbers for two axes, and %s has one".formatted(in));
            return new Window(WindowAxis.point(1), axis(0, grid.width()));
        } catch (IllegalArgumentException e) {
            throw new SpecException(e.getMessage() + "; the input is " + in);
        }
    }

    /**
     * Refuses what PyTorch's pooling refuses.
     *
     * @throws SpecException when a padding is more than half of its kernel
     */
    void halfPadded() {
        for (int axis = 0; axis < 2; axis++) {
            Checks.that(
                    2 * at(padding, axis) <= at(kernel, axis),
                    "padding is %d; a pool's is at most half of its kernel of %d"
                            .formatted(at(padding, axis), at(kernel, axis)));
        }
    }

    private WindowAxis axis(int index, long extent) {
        return new WindowAxis(extent, at(kernel, index), at(stride, index), at(padding, index), at(dilation, index));
    }

    private static int at(List<Integer> values, int axis) {
        return values.size() == 1 ? values.getFirst() : values.get(axis);
    }

    /** The positions of the result. */
    Grid out(Extents in) {
        Window window = over(in);
        return window.rows().in() == 1 && in.extents().size() == 2
                ? Grid.points(window.cols().out())
                : new Grid(window.rows().out(), window.cols().out());
    }

    /** The kernel's extents as PyTorch's weights have them: [k, k], or [k] on a line. */
    List<Long> kernel(Extents in) {
        Window window = over(in);
        long rows = window.rows().kernel();
        long cols = window.cols().kernel();
        return in.extents().size() == 2 ? List.of(cols) : List.of(rows, cols);
    }
}
