package farsight.op;

import farsight.program.Buffer;
import java.util.List;

/**
 * A buffer as a kernel's argument.
 *
 * @param buffer the buffer
 * @param read whether the kernel needs the buffer's numbers
 * @param written whether the kernel writes the buffer
 * @param replaced operands whose array the buffer may share: the kernel reads each of their numbers before it writes
 *     the number at that index, and never afterwards
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

    /** The same operand, allowed to share the array of any of {@code operands}. */
    public Operand over(Buffer... operands) {
        return new Operand(buffer, read, written, List.of(operands));
    }

    /** A number passed to the plain loop and the Vector API twin; the work-group twin knows it from its grid. */
    public static Object fromGrid(int number) {
        return new FromGrid(number);
    }

    /** A number that the work-group twin knows from its grid. */
    record FromGrid(int number) {}
}
