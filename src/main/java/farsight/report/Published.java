package farsight.report;

import farsight.report.chart.Units;
import java.util.List;

/**
 * Average distances published by GCNet, for trained Non-local blocks on COCO.
 *
 * <p>Source: GCNet: Non-local Networks Meet Squeeze-Excitation Networks and Beyond (Cao et al., ICCVW
 * 2019), table 1.
 *
 * @param block the pairwise function
 * @param input cosine distance of inputs
 * @param output cosine distance of outputs
 * @param attention cosine distance of attention maps
 * @param divergence Jensen-Shannon divergence of attention maps, or a dash
 */
record Published(String block, String input, String output, String attention, String divergence) {

    static final List<Published> TABLE = List.of(
            new Published("Gaussian", "0.397", "0.062", "0.177", "0.065"),
            new Published("Embedded Gaussian", "0.402", "0.012", "0.020", "0.011"),
            new Published("Dot product", "0.405", "0.020", "0.015", Units.NONE),
            new Published("Concatenation", "0.393", "0.003", "0.004", Units.NONE));

    static final String SOURCE = "Published figures: GCNet: Non-local Networks Meet Squeeze-Excitation Networks and"
            + " Beyond (Cao et al., ICCVW 2019), table 1; trained blocks of each pairwise function, COCO.";
}
