/** A chart drawn with what Farsight's own charts are drawn with, which that package keeps to itself. */
package farsight.report.chart;
