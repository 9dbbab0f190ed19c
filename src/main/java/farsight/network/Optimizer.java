package farsight.network;

import farsight.block.spec.Checks;
import farsight.block.spec.SpecException;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecJson;
import farsight.block.spec.SpecWriter;
import java.util.List;
import java.util.OptionalDouble;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a step changes the weights.
 *
 * @param rule the formula
 * @param rate learning rate
 * @param decay weight decay
 * @param schedule of the learning rate
 * @param clip the most that the norm of all gradients together may be, above which they are scaled down; empty for no
 *     limit
 */
public record Optimizer(Rule rule, double rate, double decay, Schedule schedule, OptionalDouble clip) {

    /** The formula of an update. */
    public sealed interface Rule {}

    /**
     * Stochastic gradient descent as PyTorch's SGD, without dampening.
     *
     * @param momentum 0 for none
     * @param nesterov whether the gradient is taken ahead
     */
    public record Sgd(double momentum, boolean nesterov) implements Rule {

        /** Checks the numbers. */
        public Sgd {
            Checks.float32("momentum", momentum);
            Checks.that(momentum >= 0, "momentum is %s; it must be at least 0".formatted(momentum));
            Checks.that(!nesterov || momentum > 0, "nesterov needs a momentum above 0");
        }
    }

    /**
     * Adam, PyTorch's with weight decay in the gradient, or AdamW, which decays the weights themselves.
     *
     * @param beta1 share of the mean of gradients that stays
     * @param beta2 share of the mean of squares that stays
     * @param eps added to the root of the squares
     * @param decoupled whether it is AdamW
     */
    public record Adam(double beta1, double beta2, double eps, boolean decoupled) implements Rule {

        /** Checks the numbers. */
        public Adam {
            Checks.that(
                    beta1 >= 0 && (float) beta1 < 1 && beta2 >= 0 && (float) beta2 < 1,
                    "betas are %s and %s; each must be at least 0 and, in float32, below 1".formatted(beta1, beta2));
            Checks.float32("beta 1", beta1);
            Checks.float32("beta 2", beta2);
            Checks.float32("eps", eps);
            Checks.that(eps >= 0, "eps is %s; it must be at least 0".formatted(eps));
        }
    }

    /** Checks the numbers. */
    public Optimizer {
        Checks.that(rate >= 0 && Double.isFinite(rate), "lr is %s; it must be at least 0".formatted(rate));
        Checks.float32("lr", rate);
        Checks.float32("weight_decay", decay);
        clip.ifPresent(norm -> Checks.float32("clip_norm", norm));
        Checks.that(decay >= 0, "weight_decay is %s; it must be at least 0".formatted(decay));
        clip.ifPresent(norm -> Checks.that(norm > 0, "clip_norm is %s; it must be above 0".formatted(norm)));
    }

    /** The same optimizer with another learning rate. */
    public Optimizer withRate(double other) {
        return new Optimizer(rule, other, decay, schedule, clip);
    }

    /** Reads an optimizer; omitted options have PyTorch's defaults. */
    static Optimizer read(SpecFields f) {
        String type = f.word("type", List.of("sgd", "adam", "adamw"));
        boolean sgd = type.equals("sgd");
        f.rejectUnknown(
                type,
                sgd
                        ? List.of("type", "lr", "momentum", "weight_decay", "nesterov", "schedule", "clip_norm")
                        : List.of("type", "lr", "betas", "eps", "weight_decay", "schedule", "clip_norm"));
        Rule rule = sgd ? new Sgd(f.number("momentum", 0), f.flag("nesterov", false)) : adam(f, type.equals("adamw"));
        return new Optimizer(
                rule,
                f.number("lr", 1e-3),
                f.number("weight_decay", type.equals("adamw") ? 1e-2 : 0),
                f.has("schedule")
                        ? SpecException.placed(
                                "schedule",
                                () -> Schedule.read(new SpecFields(
                                        f.object("schedule", "an object such as {\"type\": \"cosine\"}"))))
                        : Schedule.CONSTANT,
                f.has("clip_norm") ? OptionalDouble.of(f.number("clip_norm", 0)) : OptionalDouble.empty());
    }

    private static Adam adam(SpecFields f, boolean decoupled) {
        String expected = "a list of two numbers, such as [0.9, 0.999]";
        List<Double> betas = f.has("betas") ? f.numbers("betas", expected) : List.of(0.9, 0.999);
        Checks.that(
                betas.size() == 2, "field \"betas\" has %d entries; it must be %s".formatted(betas.size(), expected));
        return new Adam(betas.getFirst(), betas.getLast(), f.number("eps", 1e-8), decoupled);
    }

    void write(SpecWriter spec) {
        switch (rule) {
            case Sgd sgd ->
                spec.set("type", "sgd")
                        .set("lr", rate)
                        .set("momentum", sgd.momentum)
                        .set("weight_decay", decay)
                        .set("nesterov", sgd.nesterov);
            case Adam adam ->
                spec.set("type", adam.decoupled ? "adamw" : "adam")
                        .set("lr", rate)
                        .setNumbers("betas", List.of(adam.beta1, adam.beta2))
                        .set("eps", adam.eps)
                        .set("weight_decay", decay);
        }
        if (!schedule.equals(Schedule.CONSTANT)) {
            ObjectNode tree = SpecJson.empty();
            schedule.write(new SpecWriter(tree));
            spec.set("schedule", tree);
        }
        clip.ifPresent(norm -> spec.set("clip_norm", norm));
    }
}
