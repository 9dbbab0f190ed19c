/**
 * Runs blocks over N and d on engines, and measures memory and time. Begin with {@link farsight.sweep.SweepRunner}.
 *
 * <p>A sweep keeps every finished point before it begins the next, and no point ends it, however it ends.
 *
 * <table>
 *   <caption>Where to look</caption>
 *   <tr><th>For</th><th>See</th></tr>
 *   <tr><td>the points to visit</td><td>{@link farsight.sweep.SweepPlan}; blocks {@link farsight.sweep.BlockChoice}, N
 *       and d {@link farsight.sweep.Range}, named sweeps {@link farsight.sweep.Preset}</td></tr>
 *   <tr><td>inputs</td><td>{@link farsight.sweep.Features}</td></tr>
 *   <tr><td>measuring one point</td><td>{@link farsight.sweep.PointMeasurer} in this process, after a {@code WarmUp};
 *       {@link farsight.sweep.Measurer} elsewhere</td></tr>
 *   <tr><td>several devices at once</td><td>{@link farsight.sweep.SweepRunner#spread}, {@code Spread}</td></tr>
 *   <tr><td>points that would take too long</td><td>{@code TimeBudget}</td></tr>
 *   <tr><td>results</td><td>{@link farsight.sweep.Point}, {@link farsight.sweep.Status},
 *       {@link farsight.sweep.SweepResult}; {@code farsight.report} writes them</td></tr>
 * </table>
 */
@NullMarked
package farsight.sweep;

import org.jspecify.annotations.NullMarked;
