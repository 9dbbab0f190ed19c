package farsight.block;

import farsight.block.spec.Checks;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import farsight.program.Buffer;
import farsight.tape.Tape;
import java.util.List;
import java.util.Optional;

/**
 * The simplified Non-local block: y_i = x_i + W_v·Σ_j a_j·x_j, a = softmax_N(w_mask·x + b). W_v
 * stands outside the sum, which is equal because Σ a = 1.
 *
 * <p>Source: GCNet (Cao et al., ICCVW 2019), equation 3; parameter names of Howal/DNL-Object-Detection
 * mmdet/ops/context_block.py.
 *
 * @param channels C
 */
public record Snl(int channels) implements Block {

    /** Checks the options. */
    public Snl {
        Checks.positive("channels", channels);
    }

    @Override
    public String kind() {
        return "snl";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.convolution("conv_mask.weight", 1, channels, Parameter.Init.FAN_IN),
                Parameter.vector("conv_mask.bias", 1, Parameter.Init.ZERO),
                Parameter.convolution("conv_value.weight", channels, channels, Parameter.Init.ZERO));
    }

    @Override
    public Optional<Logits> logits() {
        return Optional.of(new Logits.Maps(List.of("conv_mask")));
    }

    @Override
    public Buffer forward(Tape t, Buffer x, BlockContext p) {
        return t.channelAdd(x, t.project(Gc.attentionPooling(t, x, p), p.of("conv_value.weight"), null));
    }

    /** Its entry. */
    static final class Kind implements BlockKind<Snl> {

        @Override
        public String name() {
            return "snl";
        }

        @Override
        public Class<Snl> type() {
            return Snl.class;
        }

        @Override
        public Look look() {
            return new Look("SNL", 0x7A6A00);
        }

        @Override
        public Growth growth(Snl block) {
            return Growth.POSITIONS;
        }

        @Override
        public List<String> fields() {
            return List.of();
        }

        @Override
        public Snl read(SpecFields fields, int channels) {
            return new Snl(channels);
        }

        @Override
        public void write(Snl block, SpecWriter spec) {
            // It has no options.
        }

        @Override
        public List<List<String>> marks() {
            return List.of(List.of("conv_value.weight", "conv_mask.weight"));
        }

        @Override
        public Optional<Recognised> recognise(StateDict tensors) {
            return Optional.of(new Recognised(new Snl(tensors.extent("conv_value.weight", 0))));
        }
    }
}
