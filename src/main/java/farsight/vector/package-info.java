/**
 * The operations of {@code farsight.kernel} by the JDK's Vector API: the same names and arguments, and a last one, the
 * {@link farsight.vector.Workers} over whose threads the rows are split.
 *
 * <p>What an operation means stands at its kernel; here stands only what differs. Numbers are read from and written to
 * the arrays' own off-heap segments, without a copy. Sums are taken in another order than in the kernels, so results
 * agree to about 1e-6 (relative, by norm) and not to the bit; but that order depends on the shape and on the machine's
 * vector length alone, so results are the same for any number of threads and in every run. For that reason no
 * {@code reduceLanes} adds floats here: its order is left open, and differs between interpreted and compiled code.
 *
 * <p>Apart from {@link farsight.vector.VectorSupport} and {@link farsight.vector.Workers} nothing here may be touched
 * before {@link farsight.vector.VectorSupport#available} has said that it can be used: the asking loads the Vector API
 * where the JVM was started without {@code --add-modules jdk.incubator.vector}.
 *
 * <p>Scratch outside the memory plan: every thread that takes part keeps at most about 400 KB for the blocks of a
 * product ({@link farsight.vector.MatMulVector}), 1.5 MB for streaming attention ({@link
 * farsight.vector.FlashAttentionVector}), and a few floats a column for sums over positions.
 */
@NullMarked
package farsight.vector;

import org.jspecify.annotations.NullMarked;
