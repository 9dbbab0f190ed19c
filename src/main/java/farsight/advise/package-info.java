/**
 * Which block shall I take? Begin with {@link farsight.advise.Adviser}.
 *
 * <p>Memory is exact, from the plans. Time is measured by a {@link farsight.advise.Stopwatch} within a budget, and
 * predicted from the operations where a run would be too long or too large. Quality comes from committed studies,
 * {@link farsight.evidence.QualityTable}. The result, {@link farsight.advise.Advice}, is data; the command prints it.
 */
@NullMarked
package farsight.advise;

import org.jspecify.annotations.NullMarked;
