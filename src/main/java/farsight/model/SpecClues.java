package farsight.model;

import farsight.block.Block;
import farsight.block.Dense;
import farsight.block.Gc;
import farsight.block.LatentGnn;
import farsight.block.LatentGnnTalk;
import farsight.block.NonLocal;
import farsight.block.Se;
import farsight.block.Snl;
import farsight.block.SpecException;
import farsight.data.DataException;
import farsight.model.SpecGuess.Open;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Reads a block's options off the names and shapes of its tensors. That all of the block's tensors are
 * there is for {@link WeightsCheck} to say.
 *
 * @param prefix what stands before the names in the file, with the dot at its end
 * @param shapes by name, without the prefix
 */
record SpecClues(String prefix, Map<String, long[]> shapes) {

    /** Networks call a perceptron at every position so; its tensors may be those of a squeeze-excitation. */
    private static final Pattern PERCEPTRON =
            Pattern.compile("(.*\\.)?[^.]*(mlp|ffn)[^.]*\\.", Pattern.CASE_INSENSITIVE);

    /** Where each block is recognised: all names of a list together. */
    private static final List<List<String>> MARKS = List.of(
            List.of("channel_add_conv.0.weight"),
            List.of("channel_mul_conv.0.weight"),
            List.of("conv_out.conv.weight", "g.conv.weight"),
            List.of("conv_out.conv.weight", "g.0.conv.weight"),
            List.of("conv_value.weight", "conv_mask.weight"),
            List.of("fc1.weight", "fc2.weight"),
            List.of("up_channel.0.weight"),
            List.of("weight", "lambda"));

    /**
     * A block and what its tensors leave open.
     *
     * @param block with defaults for that
     */
    record Clue(Block block, List<Open> open) {}

    /** Where blocks may be: each prefix with the dot at its end. */
    static SortedSet<String> prefixes(Set<String> names) {
        SortedSet<String> all = new TreeSet<>();
        for (List<String> mark : MARKS) {
            String first = mark.getFirst();
            for (String name : names) {
                if (name.equals(first) || name.endsWith("." + first)) {
                    String prefix = name.substring(0, name.length() - first.length());
                    if (mark.stream().allMatch(m -> names.contains(prefix + m))) {
                        all.add(prefix);
                    }
                }
            }
        }
        return all;
    }

    /**
     * The block.
     *
     * @throws SpecException when no options give such shapes
     * @throws DataException when a tensor has too few axes to tell
     */
    Clue read() {
        if (has("channel_add_conv.0.weight") || has("channel_mul_conv.0.weight")) {
            return new Clue(gc(), List.of());
        }
        if (has("conv_out.conv.weight")) {
            return nonLocal();
        }
        if (has("conv_value.weight")) {
            return new Clue(new Snl(extent("conv_value.weight", 0)), List.of());
        }
        if (has("fc1.weight")) {
            return se();
        }
        if (has("up_channel.0.weight")) {
            return latentGnn();
        }
        if (has("theta")) {
            return new Clue(LatentGnnTalk.of(extent("theta", 1), extent("theta", 0)), List.of());
        }
        return new Clue(
                Dense.of(extent("weight", 0)),
                List.of(new Open("normalizer", "count", "softmax has the same tensors")));
    }

    private boolean has(String name) {
        return shapes.containsKey(name);
    }

    /** An extent of a tensor that is known to be there. */
    private int extent(String name, int axis) {
        long[] shape = shapes.getOrDefault(name, new long[0]);
        if (shape.length <= axis || shape[axis] < 1 || shape[axis] > Integer.MAX_VALUE) {
            throw new DataException("%s is missing or has no extent %d".formatted(name, axis));
        }
        return (int) shape[axis];
    }

    private Gc gc() {
        EnumSet<Gc.Fusion> fusion = EnumSet.noneOf(Gc.Fusion.class);
        if (has("channel_add_conv.0.weight")) {
            fusion.add(Gc.Fusion.CHANNEL_ADD);
        }
        if (has("channel_mul_conv.0.weight")) {
            fusion.add(Gc.Fusion.CHANNEL_MUL);
        }
        String transform = fusion.contains(Gc.Fusion.CHANNEL_ADD) ? "channel_add_conv" : "channel_mul_conv";
        int bottleneck = extent(transform + ".0.weight", 0);
        int channels = extent(transform + ".0.weight", 1);
        double ratio = (double) bottleneck / channels;
        if ((int) (channels * ratio) < bottleneck) {
            // The product rounds down to a number just below the whole one.
            ratio = Math.nextUp(ratio);
        }
        return new Gc(channels, ratio, has("conv_mask.weight") ? Gc.Pooling.ATT : Gc.Pooling.AVG, fusion);
    }

    private Clue nonLocal() {
        int channels = extent("conv_out.conv.weight", 0);
        int inner = extent("conv_out.conv.weight", 1);
        int reduction = reduction(channels, inner);
        boolean subSample = has("g.0.conv.weight");
        if (subSample && shapes.getOrDefault("g.0.conv.weight", new long[0]).length != 4) {
            throw new SpecException(
                    "g.0.conv.weight is no convolution [c, C, 1, 1]: sub-sampling is known on grids of two"
                            + " axes only");
        }
        List<Open> open = new ArrayList<>();
        NonLocal.Mode mode;
        if (has("concat_project.conv.weight")) {
            mode = NonLocal.Mode.CONCATENATION;
        } else if (has("theta.conv.weight")) {
            mode = NonLocal.Mode.EMBEDDED_GAUSSIAN;
            open.add(new Open("mode", "embedded_gaussian", "dot_product has the same tensors (and no scale)"));
            open.add(new Open(
                    "scale",
                    "inner",
                    "1/sqrt(c), as mmcv has it; channels (timm) or none (AlexHex7/Non-local_pytorch) have the same"
                            + " tensors"));
        } else {
            mode = NonLocal.Mode.GAUSSIAN;
        }
        if (mode == NonLocal.Mode.GAUSSIAN || mode == NonLocal.Mode.EMBEDDED_GAUSSIAN) {
            open.add(new Open("attention", "full", "streaming computes the same in less memory"));
        }
        NonLocal.Scale scale = mode == NonLocal.Mode.EMBEDDED_GAUSSIAN ? NonLocal.Scale.INNER : NonLocal.Scale.NONE;
        return new Clue(new NonLocal(channels, reduction, mode, scale, subSample, NonLocal.Attention.FULL), open);
    }

    private Clue se() {
        if (shapes.getOrDefault("fc1.weight", new long[0]).length != 4) {
            // The names are those of many a perceptron too.
            throw new SpecException("fc1.weight is no convolution [s, C, 1, 1]");
        }
        int squeezed = extent("fc1.weight", 0);
        int channels = extent("fc1.weight", 1);
        if (squeezed > channels) {
            throw new SpecException("fc1 makes %d channels of %d: a perceptron that widens, and no squeeze-excitation"
                    .formatted(squeezed, channels));
        }
        if (PERCEPTRON.matcher(prefix).matches()) {
            throw new SpecException("fc1 and fc2 may be a squeeze-excitation's, but are called a perceptron's;"
                    + " --block se or --spec takes them as one");
        }
        return new Clue(
                new Se(channels, squeezed),
                List.of(
                        new Open("block", "se", "a perceptron at every position may have the same tensors"),
                        new Open("activation", "relu", "silu (EfficientNet) has the same tensors"),
                        new Open("gate", "sigmoid", "hardsigmoid (MobileNetV3) has the same tensors")));
    }

    /** The r with ⌊C/r⌋ = c. */
    private static int reduction(int channels, int inner) {
        int reduction = channels / inner;
        if (reduction < 1 || channels / reduction != inner) {
            throw new SpecException("no whole reduction makes %d channels of %d".formatted(inner, channels));
        }
        return reduction;
    }

    private Clue latentGnn() {
        boolean symmetric = has("down_channel.0.weight");
        String down = symmetric ? "down_channel" : "down_channel_v2l";
        int inner = extent(down + ".0.weight", 0);
        int channels = extent(down + ".0.weight", 1);
        if (channels % inner != 0) {
            throw new SpecException("no whole channelStride makes %d channels of %d".formatted(inner, channels));
        }
        List<Integer> dims = new ArrayList<>();
        String psi = symmetric ? ".psi.0.weight" : ".psi_v2l.0.weight";
        do {
            dims.add(extent("LatentGNN_Kernel_" + dims.size() + psi, 0));
        } while (has("LatentGNN_Kernel_" + dims.size() + psi));
        List<Open> open = new ArrayList<>();
        open.add(new Open("residual", "true", "without it gamma is in the file too, and not used"));
        return new Clue(
                new LatentGnn(
                        channels,
                        dims,
                        channels / inner,
                        symmetric ? LatentGnn.Mode.SYMMETRIC : LatentGnn.Mode.ASYMMETRIC,
                        has("LatentGNN_Kernel_0.GraphConvWeight.0.weight"),
                        true,
                        norm(down, open)),
                open);
    }

    private LatentGnn.Norm norm(String down, List<Open> open) {
        if (!has(down + ".1.weight")) {
            return LatentGnn.Norm.NONE;
        }
        if (has(down + ".1.running_mean")) {
            open.add(new Open("norm", "frozen", "the kept statistics, for inference; batch for training on"));
            return LatentGnn.Norm.FROZEN;
        }
        open.add(new Open("norm", "batch", "there are no running statistics in the file that frozen could read"));
        return LatentGnn.Norm.BATCH;
    }
}
