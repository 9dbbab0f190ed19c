package farsight.sweep;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Named sweeps. */
public enum Preset {
    /** Every size in about a minute on two cores; {@code make run} shows it. */
    QUICK(
            "LatentGNN and GC against the full affinity",
            "dense,nonlocal,latentgnn,gc-r4",
            "256:262144:x4",
            "16,64,128",
            64),
    /** The LatentGNN talk's claim: a full affinity over 500×500 positions takes 500 GB. */
    TALK(
            "The full affinity and LatentGNN, up to 500×500 positions",
            "dense,latentgnn-talk,latentgnn,gc-r4",
            "32x32,64x64,100x100,150x150,200x200,250x250,500x500",
            "16,32,64,128",
            64);

    private final String title;
    private final String blocks;
    private final String positions;
    private final String latents;
    private final int channels;

    Preset(String title, String blocks, String positions, String latents, int channels) {
        this.title = title;
        this.blocks = blocks;
        this.positions = positions;
        this.latents = latents;
        this.channels = channels;
    }

    /** Title of its page. */
    public String title() {
        return title;
    }

    /** Blocks, as {@code --blocks} takes them. */
    public String blocks() {
        return blocks;
    }

    /** N, as {@code --n} takes it. */
    public String positions() {
        return positions;
    }

    /** d, as {@code --d} takes it. */
    public String latents() {
        return latents;
    }

    /** C. */
    public int channels() {
        return channels;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Every preset's name. */
    public static List<String> names() {
        return Arrays.stream(values()).map(Preset::toString).toList();
    }
}
