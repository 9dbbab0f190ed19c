/**
 * Charts as data, and their drawing. A {@link farsight.report.chart.Chart} has lines along two
 * {@link farsight.report.chart.Axis}es; {@link farsight.report.chart.ChartLayout} places it as a
 * {@link farsight.report.chart.Drawing}, which {@link farsight.report.chart.Svg} and
 * {@link farsight.report.chart.Png} write. A {@link farsight.report.chart.MapSheet} shows maps side by side.
 * {@link farsight.report.chart.Style} gives each block its colour; {@link farsight.report.chart.Units} formats figures.
 */
@NullMarked
package farsight.report.chart;

import org.jspecify.annotations.NullMarked;
