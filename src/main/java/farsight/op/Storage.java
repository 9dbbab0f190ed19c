package farsight.op;

import farsight.program.Buffer;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The arrays of a session's buffers. */
@FunctionalInterface
public interface Storage {

    /** The array that holds the buffer, from index 0; it may be longer than the buffer. */
    FloatArray of(Buffer b);
}
