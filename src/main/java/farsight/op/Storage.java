package farsight.op;

import farsight.program.Buffer;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Where a session keeps the numbers of each buffer. */
@FunctionalInterface
public interface Storage {

    /** The array that holds the buffer, from index 0 on; it may be longer than the buffer. */
    FloatArray of(Buffer b);
}
