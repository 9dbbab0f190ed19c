package farsight.evidence;

import farsight.block.spec.Checks;
import java.util.Locale;

/** A figure of a trained network on held-out samples. */
public enum Metric {
    /** Share of the counted labels whose logit is the largest. */
    ACCURACY("accuracy", true),
    /** Mean over the classes of intersection over union. */
    MEAN_IOU("mean IoU", true),
    /** The network's loss. */
    LOSS("loss", false),
    /** GCNet's average cosine distance of a block's inputs. */
    COS_INPUT("distance of inputs", false),
    /** The same of what the block adds. */
    COS_OUTPUT("distance of outputs", false),
    /** The same of the rows of its affinity. */
    COS_ATTENTION("distance of attention maps", false),
    /** The rows' average Jensen-Shannon divergence. */
    JSD_ATTENTION("divergence of attention maps", false),
    /** The least rank that holds 90 % of the affinity's energy ‖A‖². */
    RANK_90("rank of 90 % of the energy", false);

    private final String label;
    private final boolean share;

    Metric(String label, boolean share) {
        this.label = label;
        this.share = share;
    }

    /** Its name in files. */
    public String id() {
        return Checks.word(this);
    }

    /** Its name in text. */
    public String label() {
        return label;
    }

    /** A value as text: a share in percent, others in three digits. */
    public String text(double value) {
        return String.format(Locale.ROOT, share ? "%.1f %%" : "%.3g", share ? 100 * value : value);
    }

    /** Whether it is a share of 1, which text gives in percent. */
    public boolean share() {
        return share;
    }
}
