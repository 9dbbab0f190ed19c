package farsight.block;

import farsight.op.Tape;
import farsight.program.Buffer;
import java.util.List;

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
    public Buffer forward(Tape t, Buffer x, Given p) {
        return t.channelAdd(x, t.project(Gc.attentionPooling(t, x, p), p.of("conv_value.weight"), null));
    }
}
