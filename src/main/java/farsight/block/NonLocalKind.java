package farsight.block;

import farsight.block.NonLocal.Attention;
import farsight.block.NonLocal.Mode;
import farsight.block.spec.Checks;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The entry of {@link NonLocal}. */
final class NonLocalKind implements BlockKind<NonLocal> {

    private static final String FOLD =
            "fold the norm into that convolution: weight·γ/√(variance + ε)," + " bias β − mean·γ/√(variance + ε)";

    private static final String MMCV =
            "conv_out.conv, g.conv, theta.conv, phi.conv (with sub-sampling g.0.conv and phi.0.conv)";

    @Override
    public String name() {
        return "nonlocal";
    }

    @Override
    public Class<NonLocal> type() {
        return NonLocal.class;
    }

    @Override
    public Look look() {
        return new Look("Non-local", 0xB04A00);
    }

    @Override
    public Growth growth(NonLocal block) {
        return block.attention() == Attention.FULL ? Growth.PAIRS : Growth.POSITIONS;
    }

    @Override
    public List<String> fields() {
        return List.of("reduction", "mode", "scale", "subSample", "attention", "grid");
    }

    @Override
    public NonLocal read(SpecFields fields, int channels) {
        Mode mode = fields.choice("mode", Mode.EMBEDDED_GAUSSIAN);
        return new NonLocal(
                channels,
                fields.integer("reduction", 2),
                mode,
                fields.choice("scale", NonLocal.scaleOf(mode)),
                fields.flag("subSample", false),
                fields.choice("attention", Attention.FULL),
                grid(fields));
    }

    private static Grid.Kind grid(SpecFields fields) {
        String word = fields.has("grid") ? fields.word("grid", List.of("1d", "2d", "3d")) : "2d";
        return Grid.Kind.of(word.charAt(0) - '0');
    }

    @Override
    public void write(NonLocal block, SpecWriter spec) {
        spec.set("reduction", block.reduction())
                .set("mode", block.mode())
                .set("scale", block.scale())
                .set("subSample", block.subSample())
                .set("attention", block.attention())
                .set("grid", block.grid().axes() + "d");
    }

    @Override
    public List<Variant> variants() {
        return List.of(new Variant("nonlocal-streaming", "{\"attention\": \"streaming\"}"));
    }

    @Override
    public List<List<String>> marks() {
        return List.of(
                List.of("conv_out.conv.weight", "g.conv.weight"), List.of("conv_out.conv.weight", "g.0.conv.weight"));
    }

    @Override
    public Optional<Recognised> recognise(StateDict tensors) {
        int channels = tensors.extent("conv_out.conv.weight", 0);
        int inner = tensors.extent("conv_out.conv.weight", 1);
        int reduction = StateDict.reduction(channels, inner);
        boolean subSample = tensors.has("g.0.conv.weight");
        int axes = tensors.axes("conv_out.conv.weight") - 2;
        Checks.that(
                axes <= 3 && (axes >= 1 || !subSample),
                "conv_out.conv.weight is no convolution [C, c, 1], [C, c, 1, 1] or [C, c, 1, 1, 1]");
        // A matrix [C, c] counts as a convolution over rows and columns.
        Grid.Kind grid = axes < 1 ? Grid.Kind.PLANE : Grid.Kind.of(axes);
        Mode mode = tensors.has("concat_project.conv.weight")
                ? Mode.CONCATENATION
                : tensors.has("theta.conv.weight") ? Mode.EMBEDDED_GAUSSIAN : Mode.GAUSSIAN;
        List<Recognised.Open> open = new ArrayList<>();
        if (mode == Mode.EMBEDDED_GAUSSIAN) {
            open.add(new Recognised.Open(
                    "mode", "embedded_gaussian", "dot_product has the same tensors (and no scale)"));
            open.add(new Recognised.Open(
                    "scale",
                    "inner",
                    "1/sqrt(c), as in mmcv; channels (timm) or none (AlexHex7/Non-local_pytorch) have the same"
                            + " tensors"));
        }
        if (mode != Mode.CONCATENATION) {
            open.add(new Recognised.Open("attention", "full", "streaming computes the same in less memory"));
        }
        return Optional.of(new Recognised(
                new NonLocal(channels, reduction, mode, NonLocal.scaleOf(mode), subSample, Attention.FULL, grid),
                open));
    }

    @Override
    public List<NearMiss> nearMisses() {
        String bare = "is a nonlocal without .conv in its names: expected " + MMCV + " before .weight and .bias";
        String folded = alexHex7("W.0 has a batch norm, W.1: " + FOLD + "; ");
        return List.of(
                normed("bn", FOLD),
                normed("gn", "only a nonlocal without a group norm is supported"),
                new NearMiss(List.of("W.1.weight", "W.0.weight", "g.weight"), folded),
                new NearMiss(List.of("W.1.weight", "W.0.weight", "g.0.weight"), folded),
                new NearMiss(List.of("W.weight", "g.weight"), alexHex7("")),
                new NearMiss(List.of("W.weight", "g.0.weight"), alexHex7("")),
                new NearMiss(List.of("conv_out.weight", "g.weight"), bare),
                new NearMiss(List.of("conv_out.weight", "g.0.weight"), bare),
                new NearMiss(
                        List.of("z.weight", "t.weight", "p.weight", "g.weight"),
                        "is timm's NonLocalAttn, a nonlocal of scale channels under other names: expected " + MMCV
                                + " for z, g, t, p; its norm follows z: " + FOLD));
    }

    private static NearMiss normed(String norm, String way) {
        return new NearMiss(
                List.of("conv_out." + norm + ".weight", "conv_out.conv.weight"),
                "is a nonlocal of mmcv with norm_cfg, whose conv_out has the norm conv_out." + norm + " and no bias: "
                        + way);
    }

    private static String alexHex7(String norm) {
        return "is a nonlocal under the names of AlexHex7/Non-local_pytorch, of scale none: " + norm + "expected "
                + MMCV + " for W or W.0, g, theta, phi";
    }
}
