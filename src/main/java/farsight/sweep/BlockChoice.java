package farsight.sweep;

import farsight.block.Block;
import farsight.block.Dense;
import farsight.block.Gc;
import farsight.block.LatentGnn;
import farsight.block.LatentGnnTalk;
import farsight.block.NonLocal;
import farsight.block.Se;
import farsight.block.Snl;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.BiFunction;
import java.util.function.IntFunction;

/**
 * A block as a sweep names it, before C and d are known.
 *
 * @param label what tables and charts call it
 * @param latent whether it has a d to sweep
 * @param make the block of (C, d); d is 0 when there is none to sweep
 */
public record BlockChoice(String label, boolean latent, BiFunction<Integer, Integer, Block> make) {

    private static final SequencedMap<String, BlockChoice> NAMED = new LinkedHashMap<>();

    static {
        plain("dense", Dense::of);
        plain("dense-softmax", c -> new Dense(c, Dense.Normalizer.SOFTMAX));
        plain("nonlocal", NonLocal::of);
        plain("nonlocal-streaming", c -> NonLocal.of(c).withAttention(NonLocal.Attention.STREAMING));
        plain("snl", Snl::new);
        plain("gc", c -> Gc.of(c).withRatio(1.0 / 4));
        plain("se", Se::of);
        latent("latentgnn", LatentGnn::of);
        latent("latentgnn-symmetric", (c, d) -> LatentGnn.of(c, d).withMode(LatentGnn.Mode.SYMMETRIC));
        latent("latentgnn-talk", LatentGnnTalk::of);
    }

    private static void plain(String label, IntFunction<Block> make) {
        NAMED.put(label, new BlockChoice(label, false, (c, d) -> make.apply(c)));
    }

    private static void latent(String label, BiFunction<Integer, Integer, Block> make) {
        NAMED.put(label, new BlockChoice(label, true, make));
    }

    /** Every name. */
    public static List<String> names() {
        return List.copyOf(NAMED.keySet());
    }

    /**
     * The choice of that name: a block with its papers' options (LatentGNN: asymmetric, stride 4; GC:
     * attention pooling, added, ratio 1/4).
     *
     * @throws IllegalArgumentException when there is none, listing those that are
     */
    public static BlockChoice named(String name) {
        BlockChoice choice = NAMED.get(name);
        if (choice == null) {
            throw new IllegalArgumentException("no block '" + name + "'; a sweep knows " + String.join(", ", names())
                    + ", or the path of a spec ending in .json");
        }
        return choice;
    }

    /** One block with all its options given, whatever C and d the sweep has. */
    public static BlockChoice of(String label, Block block) {
        return new BlockChoice(label, false, (c, d) -> block);
    }
}
