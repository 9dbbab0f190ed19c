package farsight.advise;

import farsight.inspect.Attention;
import farsight.inspect.Captured;
import farsight.inspect.Inspection;
import farsight.inspect.Spectrum;
import java.util.ArrayList;
import java.util.List;

/**
 * The rank that an affinity of a trained block needs, which tells how many latent nodes d could hold it: d nodes have
 * rank d at most, and the best matrix of rank d captures the share {@link Spectrum#captured} of ‖A‖².
 *
 * @param title of the affinity
 * @param spectrum its singular values
 */
public record Ranks(String title, Spectrum spectrum) {

    /** The shares of ‖A‖² that are told. */
    public static final List<Double> SHARES = List.of(0.9, 0.95, 0.99);

    /** Every affinity of a block, and of its features the full affinities that its latent nodes stand for. */
    public static List<Ranks> of(Inspection inspection) {
        List<Ranks> all = new ArrayList<>();
        for (Attention a : inspection.attentions()) {
            Spectrum s = a.spectrum();
            if (s != null) {
                all.add(new Ranks(a.title(), s));
            }
        }
        for (Captured c : inspection.captured()) {
            all.add(new Ranks("full affinity " + c.affinity() + " of the same features", c.spectrum()));
        }
        return all;
    }

    /** The smallest d whose best affinity captures this share; at least 1. */
    public int d(double share) {
        return Math.max(1, spectrum.rankFor(share));
    }
}
