package farsight.report;

import farsight.report.chart.Chart.Spot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Curves of many steps, thinned so that a chart of a long run is no larger than one of a short. */
final class Curve {

    /** The most points of a curve. */
    static final int MOST = 500;

    private Curve() {}

    /** How many steps share a bin if each bin gives some points; 1 if all have room. */
    static int bin(int steps, int points) {
        return steps <= MOST ? 1 : Math.ceilDiv(steps, MOST / points);
    }

    /** The least and the largest of each bin, in their order: the outline of the full curve. */
    static List<Spot> outline(List<Spot> all) {
        int bin = bin(all.size(), 2);
        if (bin == 1) {
            return all;
        }
        List<Spot> kept = new ArrayList<>();
        for (int from = 0; from < all.size(); from += bin) {
            List<Spot> one = all.subList(from, Math.min(from + bin, all.size()));
            Spot least = one.stream().min(Comparator.comparingDouble(Spot::y)).orElseThrow();
            Spot most = one.stream().max(Comparator.comparingDouble(Spot::y)).orElseThrow();
            kept.add(least.x() <= most.x() ? least : most);
            if (least.x() != most.x()) {
                kept.add(least.x() <= most.x() ? most : least);
            }
        }
        return kept;
    }

    /** The mean of each bin at the bin's last x. */
    static List<Spot> means(List<Spot> all) {
        int bin = bin(all.size(), 1);
        if (bin == 1) {
            return all;
        }
        List<Spot> kept = new ArrayList<>();
        for (int from = 0; from < all.size(); from += bin) {
            List<Spot> one = all.subList(from, Math.min(from + bin, all.size()));
            kept.add(new Spot(
                    one.getLast().x(),
                    one.stream().mapToDouble(Spot::y).average().orElseThrow()));
        }
        return kept;
    }

    /** The mean of each point and those before it, {@code window} at most. */
    static List<Spot> running(List<Spot> all, int window) {
        double[] sums = new double[all.size() + 1];
        List<Spot> smooth = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            sums[i + 1] = sums[i] + all.get(i).y();
            int from = Math.max(0, i + 1 - window);
            smooth.add(new Spot(all.get(i).x(), (sums[i + 1] - sums[from]) / (i + 1 - from)));
        }
        return smooth;
    }
}
