/**
 * A computation before anything is allocated: {@link farsight.program.Buffer buffers} named by
 * shape, the {@link farsight.program.Step steps} that read and write them, and the {@link
 * farsight.program.MemoryPlan} that says how many bytes they take. Building one for N = 250,000
 * allocates nothing.
 */
@NullMarked
package farsight.program;

import org.jspecify.annotations.NullMarked;
