package farsight.block;

import farsight.block.spec.Checks;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import farsight.program.Buffer;
import farsight.tape.Tape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Criss-cross attention: every position attends to its row and its column, H + W − 1 positions including itself.
 *
 * <pre>
 *   a_p = softmax_n(q_p·k_n),  n in the row and column of p       [H + W − 1]
 *   Y_p = X_p + γ·Σ_n a_pn·v_n                                    [C]
 * </pre>
 *
 * <p>q and k are 1×1 convolutions to c = max(C / reduction, 1) channels, v one to C. The logits are not scaled. The
 * block runs {@code recurrence} times with the same parameters: after two passes every position has reached every
 * other, at O(N·(H + W)) instead of O(N²). γ starts at 0. The block needs a grid.
 *
 * <p>Source: CCNet (Huang et al., ICCV 2019), equations 1 and 2; parameter names of speedinghzl/CCNet
 * cc_attention/functions.py, recurrence as in networks/ccnet.py.
 *
 * @param channels C
 * @param reduction C / c
 * @param recurrence passes, 1 or 2
 */
public record CrissCross(int channels, int reduction, int recurrence) implements Block {

    /** Checks the options. */
    public CrissCross {
        Checks.positive("channels", channels);
        Checks.positive("reduction", reduction);
        Checks.that(recurrence == 1 || recurrence == 2, "recurrence must be 1 or 2, not " + recurrence);
    }

    /** The paper's block: reduction 8, two passes. */
    public static CrissCross of(int channels) {
        return new CrissCross(channels, 8, 2);
    }

    /** c. */
    public int inner() {
        return Math.max(channels / reduction, 1);
    }

    @Override
    public String kind() {
        return "crisscross";
    }

    /** Rows and columns alone. */
    @Override
    public List<Grid.Kind> grids() {
        return List.of(Grid.Kind.PLANE);
    }

    @Override
    public List<Parameter> parameters() {
        return Parameter.gatedAttention(channels, inner());
    }

    @Override
    public Buffer forward(Tape t, Buffer x, BlockContext p) {
        Buffer y = x;
        List<AttentionFactors.Pass> passes = new ArrayList<>();
        for (int i = 0; i < recurrence; i++) {
            AttentionFactors.Pass pass = pass(t, y, p);
            passes.add(pass);
            y = t.scaledResidual(y, pass.gathered(), p.of("gamma"));
        }
        p.show(new AttentionFactors.CrissCross(
                passes, (int) p.grid().height(), (int) p.grid().width()));
        return y;
    }

    private static AttentionFactors.Pass pass(Tape t, Buffer x, BlockContext p) {
        long height = p.grid().height();
        long width = p.grid().width();
        Buffer q = p.project(t, x, "query_conv");
        // The bias adds q_p·b to every logit of p; the softmax is invariant to it.
        Buffer k = p.projectBeforeSoftmax(t, x, "key_conv");
        Buffer v = p.project(t, x, "value_conv");
        Buffer weights = t.softmaxRows(t.attention().crissCrossProducts(q, k, height, width), 1f);
        return new AttentionFactors.Pass(weights, v, t.attention().crissCrossSums(weights, v, height, width));
    }

    /** Its entry. */
    static final class Kind implements BlockKind<CrissCross> {

        @Override
        public String name() {
            return "crisscross";
        }

        @Override
        public Class<CrissCross> type() {
            return CrissCross.class;
        }

        @Override
        public Look look() {
            return new Look("Criss-cross", 0xA02C3C);
        }

        @Override
        public Growth growth(CrissCross block) {
            return new Growth("N·(H+W)", 1.5);
        }

        @Override
        public List<String> fields() {
            return List.of("reduction", "recurrence");
        }

        @Override
        public CrissCross read(SpecFields fields, int channels) {
            return new CrissCross(channels, fields.integer("reduction", 8), fields.integer("recurrence", 2));
        }

        @Override
        public void write(CrissCross block, SpecWriter spec) {
            spec.set("reduction", block.reduction).set("recurrence", block.recurrence);
        }

        @Override
        public List<List<String>> marks() {
            return List.of(List.of("query_conv.weight", "key_conv.weight", "value_conv.weight", "gamma"));
        }

        @Override
        public Optional<Recognised> recognise(StateDict tensors) {
            int inner = tensors.extent("query_conv.weight", 0);
            int channels = tensors.extent("query_conv.weight", 1);
            int reduction = StateDict.reduction(channels, inner);
            return Optional.of(new Recognised(
                    new CrissCross(channels, reduction, 2),
                    List.of(new Recognised.Open("recurrence", "2", "1 has the same tensors"))));
        }
    }
}
