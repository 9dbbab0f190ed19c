package farsight.network;

import farsight.block.Parameter;

/** Initial values of a convolution or a linear layer. */
public enum Init {
    /** PyTorch's: weight and bias uniform between ±1/√fan-in. */
    PYTORCH(Parameter.Init.UNIFORM, Parameter.Init.UNIFORM),
    /** He's for layers before a ReLU: weight normal with deviation √(2/fan-in), bias 0. */
    HE(Parameter.Init.HE, Parameter.Init.ZERO),
    /** All 0, for the last layer of a branch that starts as nothing. */
    ZERO(Parameter.Init.ZERO, Parameter.Init.ZERO);

    private final Parameter.Init weight;
    private final Parameter.Init bias;

    Init(Parameter.Init weight, Parameter.Init bias) {
        this.weight = weight;
        this.bias = bias;
    }

    Parameter.Init weight() {
        return weight;
    }

    Parameter.Init bias() {
        return bias;
    }
}
