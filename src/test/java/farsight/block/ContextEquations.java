package farsight.block;

import farsight.op.F64;
import java.util.Map;

/** Blocks that give every position the same context of all positions. */
final class ContextEquations extends Equations {
    ContextEquations(Map<String, F64> weights) {
        super(weights);
    }

    private F64 attention(F64 x) {
        return convolved(x, "conv_mask").softmaxOfColumns();
    }

    /** W_v inside the sum: Σ_j a_j·(W_v·x_j). */
    F64 snl(F64 x) {
        return x.plus(attention(x).transposed().matMul(convolved(x, "conv_value")));
    }

    F64 gc(Gc g, F64 x) {
        F64 mean = x.sumOfColumns().scaled(1.0 / x.rows());
        F64 context =
                g.pooling() == Gc.Pooling.AVG ? mean : attention(x).transposed().matMul(x);
        F64 y = x;
        if (g.fusion().contains(Gc.Fusion.CHANNEL_MUL)) {
            y = y.times(sigmoid(transformed(context, "channel_mul_conv")));
        }
        if (g.fusion().contains(Gc.Fusion.CHANNEL_ADD)) {
            y = y.plus(transformed(context, "channel_add_conv"));
        }
        return y;
    }

    private F64 transformed(F64 context, String name) {
        F64 v = convolved(context, name + ".0");
        F64 deviation = v.minus(v.sumOfRows().scaled(1.0 / v.cols()));
        F64 rho = deviation.times(deviation).sumOfRows().map(s -> 1 / Math.sqrt(s / v.cols() + EPSILON));
        F64 normed = deviation.times(rho).times(of(name + ".1.weight")).plus(of(name + ".1.bias"));
        return convolved(normed.relu(), name + ".3");
    }

    private static F64 sigmoid(F64 x) {
        return x.map(v -> 1 / (1 + Math.exp(-v)));
    }

    F64 se(Se se, F64 x) {
        F64 mean = x.sumOfColumns().scaled(1.0 / x.rows());
        F64 narrow = convolved(mean, "fc1");
        F64 active = se.activation() == Se.Activation.RELU ? narrow.relu() : narrow.times(sigmoid(narrow));
        F64 wide = convolved(active, "fc2");
        return x.times(se.gate() == Se.Gate.SIGMOID ? sigmoid(wide) : wide.map(v -> Math.clamp(v / 6 + 0.5, 0.0, 1.0)));
    }
}
