package farsight.block;

import farsight.op.F64;
import java.util.Map;
import java.util.Objects;

/** What the equations of every block share: its parameters by name, and the layers they make. */
abstract class Equations {
    static final double EPSILON = 1e-5;
    private final Map<String, F64> weights;

    Equations(Map<String, F64> weights) {
        this.weights = weights;
    }

    /** The parameter of that name. */
    final F64 of(String name) {
        return Objects.requireNonNull(weights.get(name), name);
    }

    /** The convolution of that name: x·Wᵀ, and + b where there is one. */
    final F64 convolved(F64 x, String name) {
        F64 y = x.matMul(of(name + ".weight").transposed());
        return weights.containsKey(name + ".bias") ? y.plus(of(name + ".bias")) : y;
    }

    /** The norm of that name with this mean and variance, and its weight and bias. */
    final F64 affine(F64 y, F64 mean, F64 variance, String name) {
        return y.minus(mean)
                .times(variance.map(v -> 1 / Math.sqrt(v + EPSILON)))
                .times(of(name + ".1.weight"))
                .plus(of(name + ".1.bias"));
    }
}
