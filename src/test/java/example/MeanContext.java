package example;

import farsight.block.AttentionFactors;
import farsight.block.Block;
import farsight.block.BlockKind;
import farsight.block.Parameter;
import farsight.block.Recognised;
import farsight.block.StateDict;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import farsight.program.Buffer;
import farsight.tape.Tape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A block that is none of the library's: y_i = x_i + W·m + b, m the mean of x over the positions. With b or without.
 *
 * @param channels C
 * @param bias whether there is a b
 */
public record MeanContext(int channels, boolean bias) implements Block {

    @Override
    public String kind() {
        return "mean-context";
    }

    @Override
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        all.add(Parameter.convolution("context.weight", channels, channels, Parameter.Init.ZERO));
        if (bias) {
            all.add(Parameter.vector("context.bias", channels, Parameter.Init.ZERO));
        }
        return all;
    }

    @Override
    public Buffer forward(Tape t, Buffer x, BlockContext p) {
        p.show(new AttentionFactors.Even());
        @Nullable Buffer b = bias ? p.of("context.bias") : null;
        return t.channelAdd(x, t.project(t.meanPositions(x), p.of("context.weight"), b));
    }

    /** Its entry, which META-INF/services/farsight.block.BlockKind names. */
    public static final class Kind implements BlockKind<MeanContext> {

        @Override
        public String name() {
            return "mean-context";
        }

        @Override
        public Class<MeanContext> type() {
            return MeanContext.class;
        }

        @Override
        public Look look() {
            return new Look("Mean context", 0x6B4A2B);
        }

        @Override
        public Growth growth(MeanContext block) {
            return Growth.CONSTANT;
        }

        @Override
        public List<String> fields() {
            return List.of("bias");
        }

        @Override
        public MeanContext read(SpecFields fields, int channels) {
            return new MeanContext(channels, fields.flag("bias", true));
        }

        @Override
        public void write(MeanContext block, SpecWriter spec) {
            spec.set("bias", block.bias);
        }

        @Override
        public List<Variant> variants() {
            return List.of(new Variant("mean-context-plain", "Mean context without bias", "{\"bias\": false}"));
        }

        @Override
        public List<List<String>> marks() {
            return List.of(List.of("context.weight"));
        }

        @Override
        public Optional<Recognised> recognise(StateDict tensors) {
            return Optional.of(
                    new Recognised(new MeanContext(tensors.extent("context.weight", 0), tensors.has("context.bias"))));
        }
    }
}
