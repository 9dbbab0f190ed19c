package farsight.op;

import farsight.program.Buffer;
import java.util.List;

/**
 * A buffer as a kernel's argument.
 *
 * @param buffer the buffer
 * @param read whether the kernel needs the buffer's numbers
 * @param written whether it writes them
 * @param replaced operands in whose array the buffer may lie: the kernel reads each of their numbers before it writes the
 *     one in the same place, and never again
 */
public record Operand(Buffer buffer, boolean read, boolean written, List<Buffer> replaced) {

    /** A buffer that is read. */
    public static Operand in(Buffer b) {
        return new Operand(b, true, false, List.of());
    }

    /** A buffer that is overwritten. */
    public static Operand out(Buffer b) {
        return new Operand(b, false, true, List.of());
    }

    /** A buffer that is overwritten, or added to. */
    public static Operand into(Buffer b, boolean accumulate) {
        return new Operand(b, accumulate, true, List.of());
    }

    /** The same, which may lie in the array of any of {@code operands}. */
    public Operand over(Buffer... operands) {
        return new Operand(buffer, read, written, List.of(operands));
    }

    /**
     * A number that the plain loop and the Vector API's twin are given, and the twin for work-groups is not: it knows the
     * number from its grid.
     */
    public static Object fromGrid(int number) {
        return new FromGrid(number);
    }

    /** A number that work-groups know from their grid. */
    record FromGrid(int number) {}
}
