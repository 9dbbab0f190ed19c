/**
 * Measured quality of blocks: committed results of studies, one row per block and task. Begin with
 * {@link farsight.evidence.QualityTable}.
 */
@NullMarked
package farsight.evidence;

import org.jspecify.annotations.NullMarked;
