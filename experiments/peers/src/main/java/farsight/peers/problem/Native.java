package farsight.peers.problem;

import farsight.data.Tensor;
import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** Floats to and from the bindings. */
public final class Native {

    private Native() {}

    /** A copy in memory that C allocated. */
    public static FloatPointer copied(Tensor tensor) {
        FloatPointer copy = new FloatPointer(tensor.elements());
        over(copy, tensor.elements()).copyFrom(tensor.values());
        return copy;
    }

    /** A flat copy of floats that lie at a pointer. */
    public static Tensor read(Pointer from, long elements) {
        Tensor tensor = Tensor.allocate(elements);
        tensor.values().copyFrom(over(from, elements));
        return tensor;
    }

    private static MemorySegment over(Pointer pointer, long elements) {
        return MemorySegment.ofAddress(pointer.address()).reinterpret(elements * Float.BYTES);
    }
}
