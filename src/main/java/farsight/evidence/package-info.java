/**
 * Studies: networks with and without blocks, trained on tasks with several seeds; their costs; and the claims that the
 * results support or refute. Begin with {@link farsight.evidence.Study}.
 */
@NullMarked
package farsight.evidence;

import org.jspecify.annotations.NullMarked;
