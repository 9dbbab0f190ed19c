package farsight.block;

import farsight.block.LatentGnn.Mode;
import farsight.block.LatentGnn.Norm;
import farsight.block.spec.Checks;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The entry of {@link LatentGnn}. */
final class LatentGnnKind implements BlockKind<LatentGnn> {

    @Override
    public String name() {
        return "latentgnn";
    }

    @Override
    public Class<LatentGnn> type() {
        return LatentGnn.class;
    }

    @Override
    public Look look() {
        return new Look("LatentGNN", 0x00558A);
    }

    @Override
    public Growth growth(LatentGnn block) {
        return block.stored() ? Growth.NODES : new Growth("N·C/stride", 1);
    }

    @Override
    public List<String> fields() {
        return List.of("latentDims", "channelStride", "mode", "graphConv", "residual", "norm");
    }

    @Override
    public LatentGnn read(SpecFields fields, int channels) {
        return new LatentGnn(
                channels,
                fields.integers("latentDims"),
                fields.integer("channelStride", 4),
                fields.choice("mode", Mode.ASYMMETRIC),
                fields.flag("graphConv", false),
                fields.flag("residual", true),
                fields.choice("norm", Norm.NONE));
    }

    @Override
    public void write(LatentGnn block, SpecWriter spec) {
        spec.set("latentDims", block.latentDims())
                .set("channelStride", block.channelStride())
                .set("mode", block.mode())
                .set("graphConv", block.graphConv())
                .set("residual", block.residual())
                .set("norm", block.norm());
    }

    @Override
    public List<Variant> variants() {
        return List.of(new Variant("latentgnn-symmetric", "{\"mode\": \"symmetric\"}"));
    }

    @Override
    public Optional<Latent> latent() {
        return Optional.of(new Latent(List.of("latentDims"), true));
    }

    @Override
    public List<List<String>> marks() {
        return List.of(List.of("up_channel.0.weight"));
    }

    @Override
    public Optional<Recognised> recognise(StateDict tensors) {
        Mode mode = tensors.has("down_channel.0.weight") ? Mode.SYMMETRIC : Mode.ASYMMETRIC;
        String down = mode == Mode.SYMMETRIC ? "down_channel" : "down_channel_v2l";
        int inner = tensors.extent(down + ".0.weight", 0);
        int channels = tensors.extent(down + ".0.weight", 1);
        Checks.that(
                channels % inner == 0, "no whole channelStride gives %d channels from %d".formatted(inner, channels));
        List<Integer> dims = new ArrayList<>();
        String psi = (mode == Mode.SYMMETRIC ? "psi" : "psi_v2l") + ".0.weight";
        do {
            dims.add(tensors.extent(LatentGnn.kernel(dims.size(), psi), 0));
        } while (tensors.has(LatentGnn.kernel(dims.size(), psi)));
        boolean graphConv = tensors.has(LatentGnn.kernel(0, "GraphConvWeight.0.weight"));
        List<Recognised.Open> open = new ArrayList<>();
        open.add(new Recognised.Open("residual", "true", "false has the same tensors, and does not use gamma"));
        Norm norm = norm(tensors, down, open);
        return Optional.of(
                new Recognised(new LatentGnn(channels, dims, channels / inner, mode, graphConv, true, norm), open));
    }

    private static Norm norm(StateDict tensors, String down, List<Recognised.Open> open) {
        if (!tensors.has(down + ".1.weight")) {
            return Norm.NONE;
        }
        if (tensors.has(down + ".1.running_mean")) {
            open.add(new Recognised.Open(
                    "norm", "frozen", "uses the running statistics, for inference; batch is for training"));
            return Norm.FROZEN;
        }
        open.add(new Recognised.Open("norm", "batch", "frozen needs running statistics, and the file has none"));
        return Norm.BATCH;
    }

    @Override
    public List<NearMiss> nearMisses() {
        return List.of(new NearMiss(
                List.of("up_channel.weight"),
                "is a latentgnn whose names lack an index: expected up_channel.0.weight, and likewise for the others"));
    }
}
