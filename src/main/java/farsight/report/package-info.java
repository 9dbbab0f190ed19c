/**
 * The output of a sweep, an inspection or a training run: the terminal's table, points as CSV and JSON, charts as SVG and PNG, and one
 * self-contained HTML page.
 *
 * <table>
 *   <caption>Where to look</caption>
 *   <tr><th>For</th><th>See</th></tr>
 *   <tr><td>all files of a sweep</td><td>{@link farsight.report.Report}</td></tr>
 *   <tr><td>all files of an inspection</td><td>{@link farsight.report.InspectReport}: numbers by
 *       {@link farsight.report.InspectJson}, the page by {@link farsight.report.InspectPage}, maps by
 *       {@code Maps} as {@link farsight.report.chart.MapSheet}s</td></tr>
 *   <tr><td>all files of a training run or an evaluation</td><td>{@link farsight.report.TrainReport}: curves by
 *       {@code TrainCharts}, confusion and samples by {@code Predicted}, the page {@code TrainPage}</td></tr>
 *   <tr><td>points kept while the sweep runs</td><td>{@link farsight.report.PointsCsv}</td></tr>
 *   <tr><td>a whole sweep, to draw it again</td><td>{@link farsight.report.SweepJson}</td></tr>
 *   <tr><td>the table in the terminal</td><td>{@link farsight.report.PointTable}</td></tr>
 *   <tr><td>the page</td><td>{@code HtmlPage}, its words
 *       {@link farsight.report.Summary}</td></tr>
 *   <tr><td>which charts there are</td><td>{@code Charts}; {@code report.chart} draws
 *       them</td></tr>
 * </table>
 */
@NullMarked
package farsight.report;

import org.jspecify.annotations.NullMarked;
