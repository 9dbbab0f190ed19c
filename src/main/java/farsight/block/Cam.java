package farsight.block;

import farsight.block.spec.Checks;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import farsight.program.Buffer;
import farsight.tape.Tape;
import java.util.List;
import java.util.Optional;

/**
 * DANet's channel attention module. Every channel becomes a weighted sum over all channels; the channels least like it
 * weigh most.
 *
 * <pre>
 *   E = Xᵀ·X                                [C, C]
 *   A = softmax_rows(max_j E_ij − E_ij)     [C, C]
 *   Y = X + γ·(X·Aᵀ)                        [N, C]
 * </pre>
 *
 * <p>The maximum shifts each row alike, so A = softmax_rows(−E). E grows like N, so over many positions one weight per
 * row is near 1. γ starts at 0 and is the only parameter. Positions do not attend to each other.
 *
 * <p>Source: Dual Attention Network for Scene Segmentation (Fu et al., CVPR 2019); junfu1115/DANet
 * encoding/nn/da_att.py, {@code CAM_Module}.
 *
 * @param channels C
 */
public record Cam(int channels) implements Block {

    /** Checks the options. */
    public Cam {
        Checks.positive("channels", channels);
    }

    @Override
    public String kind() {
        return "cam";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.scalar("gamma"));
    }

    @Override
    public Optional<Logits> logits() {
        return Optional.of(new Logits.Channels());
    }

    @Override
    public Buffer forward(Tape t, Buffer x, BlockContext p) {
        Buffer a = t.softmaxRows(t.matMulLeftTransposed(x, x), -1f);
        return t.scaledResidual(x, t.matMulRightTransposed(x, a, 1f), p.of("gamma"));
    }

    /** Its entry. */
    static final class Kind implements BlockKind<Cam> {

        @Override
        public String name() {
            return "cam";
        }

        @Override
        public Class<Cam> type() {
            return Cam.class;
        }

        @Override
        public Look look() {
            return new Look("CAM", 0x8B1A1A);
        }

        @Override
        public Growth growth(Cam block) {
            return Growth.CONSTANT;
        }

        @Override
        public List<String> fields() {
            return List.of();
        }

        @Override
        public Cam read(SpecFields fields, int channels) {
            return new Cam(channels);
        }

        @Override
        public void write(Cam block, SpecWriter spec) {
            // It has no options.
        }
    }
}
