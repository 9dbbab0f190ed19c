package farsight.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Blocks that are known under other names, or with a norm that is not part of them here: recognised, so that a message says
 * what would make them fit.
 *
 * @param marks names that are all there; the first is looked for, the others stand beside it
 * @param says what it is, and what to do
 */
record NearMiss(List<String> marks, String says) {

    private static final String FOLD = "folding the norm into that convolution makes it fit: weight·γ/√(variance + ε),"
            + " and as its bias β − mean·γ/√(variance + ε)";

    private static final String MMCV =
            "conv_out.conv, g.conv, theta.conv, phi.conv (with sub-sampling g.0.conv and phi.0.conv)";

    private static final String TIMM_GC =
            "is timm's GlobalContext, a gc under other names: expected conv_mask for conv_attn;"
                    + " channel_add_conv for mlp_add and channel_mul_conv for mlp_scale; in them 0, 1 and 3 for fc1, norm and fc2";

    /** The more telling ones first. */
    private static final List<NearMiss> ALL = List.of(
            normed("bn"),
            normed("gn"),
            new NearMiss(
                    List.of("W.1.weight", "W.0.weight", "g.weight"),
                    alexHex7("W.0 has a batch norm, W.1: " + FOLD + "; ")),
            new NearMiss(
                    List.of("W.1.weight", "W.0.weight", "g.0.weight"),
                    alexHex7("W.0 has a batch norm, W.1: " + FOLD + "; ")),
            new NearMiss(List.of("W.weight", "g.weight"), alexHex7("")),
            new NearMiss(List.of("W.weight", "g.0.weight"), alexHex7("")),
            new NearMiss(
                    List.of("conv_out.weight", "g.weight"),
                    "is a nonlocal without .conv in its names: expected " + MMCV + " before .weight and .bias"),
            new NearMiss(
                    List.of("conv_out.weight", "g.0.weight"),
                    "is a nonlocal without .conv in its names: expected " + MMCV + " before .weight and .bias"),
            new NearMiss(
                    List.of("z.weight", "t.weight", "p.weight", "g.weight"),
                    "is timm's NonLocalAttn, a nonlocal of scale channels under other names: expected " + MMCV
                            + " for z, g, t, p; its norm follows z: " + FOLD),
            new NearMiss(List.of("mlp_add.fc1.weight", "mlp_add.fc2.weight"), TIMM_GC),
            new NearMiss(List.of("mlp_scale.fc1.weight", "mlp_scale.fc2.weight"), TIMM_GC),
            new NearMiss(
                    List.of("conv_reduce.weight", "conv_expand.weight"),
                    "is timm's SqueezeExcite, a se under other names: expected fc1 for conv_reduce and fc2 for conv_expand"),
            new NearMiss(
                    List.of("fc.0.weight", "fc.2.weight"),
                    "may be a squeeze-excitation of linear layers: expected the convolutions fc1 [s, C, 1, 1] and fc2"
                            + " [C, s, 1, 1] with their biases, for which 0 may stand"),
            new NearMiss(
                    List.of("up_channel.weight"),
                    "is a latentgnn without the place in its sequences: expected up_channel.0.weight, and so for the others"));

    private static NearMiss normed(String norm) {
        return new NearMiss(
                List.of("conv_out." + norm + ".weight", "conv_out.conv.weight"),
                "is a nonlocal of mmcv with norm_cfg, whose conv_out has the norm conv_out." + norm + " and no bias: "
                        + (norm.equals("bn") ? FOLD : "it is known without a norm only"));
    }

    private static String alexHex7(String norm) {
        return "is a nonlocal under the names of AlexHex7/Non-local_pytorch, of scale none: " + norm + "expected "
                + MMCV + " for W or W.0, g, theta, phi";
    }

    /** What is said of the tensors directly under a prefix. */
    static Optional<String> under(String prefix, Set<String> names) {
        return ALL.stream()
                .filter(n -> n.marks.stream().allMatch(m -> names.contains(prefix + m)))
                .map(n -> (prefix.isEmpty() ? "it " : prefix + " ") + n.says)
                .findFirst();
    }

    /** What is said anywhere in a file, in the order of the prefixes' first tensors. */
    static List<String> anywhere(Collection<String> names) {
        Set<String> known = Set.copyOf(names);
        List<String> all = new ArrayList<>();
        for (String name : names) {
            for (NearMiss n : ALL) {
                String first = n.marks.getFirst();
                if (name.equals(first) || name.endsWith("." + first)) {
                    under(name.substring(0, name.length() - first.length()), known)
                            .filter(said -> !all.contains(said))
                            .ifPresent(all::add);
                }
            }
        }
        return all;
    }
}
