/**
 * The language in which a block states its forward pass. Begin with {@link farsight.tape.Tape}.
 *
 * <p>Every method of the tape records an {@link farsight.op.Op} into a program and keeps its adjoint, the
 * vector-Jacobian product. {@link farsight.tape.Tape#backward} walks the adjoints from the end and records the
 * gradients. The resulting program is a plain list of steps.
 */
@NullMarked
package farsight.tape;

import org.jspecify.annotations.NullMarked;
