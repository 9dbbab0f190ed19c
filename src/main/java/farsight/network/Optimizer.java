package farsight.network;

import farsight.block.spec.Checks;
import farsight.block.spec.SpecException;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecJson;
import farsight.block.spec.SpecWriter;
import farsight.op.update.Adam;
import farsight.op.update.Sgd;
import farsight.op.update.UpdateRule;
import java.util.List;
import java.util.OptionalDouble;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a step changes the weights.
 *
 * @param rule the formula, with its weight decay
 * @param rate learning rate
 * @param schedule of the learning rate
 * @param clip the most that the norm of all gradients together may be, above which they are scaled down; empty for no
 *     limit
 */
public record Optimizer(UpdateRule rule, double rate, Schedule schedule, OptionalDouble clip) {

    /** Checks the numbers. */
    public Optimizer {
        switch (rule) {
            case Sgd.Rule sgd -> {
                Checks.float32("momentum", sgd.momentum());
                Checks.that(sgd.momentum() >= 0, "momentum is %s; it must be at least 0".formatted(sgd.momentum()));
            }
            case Adam.Rule adam -> {
                double beta1 = adam.beta1();
                double beta2 = adam.beta2();
                Checks.that(
                        beta1 >= 0 && (float) beta1 < 1 && beta2 >= 0 && (float) beta2 < 1,
                        "betas are %s and %s; each must be at least 0 and, in float32, below 1"
                                .formatted(beta1, beta2));
                Checks.float32("beta 1", beta1);
                Checks.float32("beta 2", beta2);
                Checks.float32("eps", adam.epsilon());
                Checks.that(adam.epsilon() >= 0, "eps is %s; it must be at least 0".formatted(adam.epsilon()));
            }
        }
        Checks.that(rate >= 0 && Double.isFinite(rate), "lr is %s; it must be at least 0".formatted(rate));
        Checks.float32("lr", rate);
        Checks.float32("weight_decay", rule.decay());
        clip.ifPresent(norm -> Checks.float32("clip_norm", norm));
        Checks.that(rule.decay() >= 0, "weight_decay is %s; it must be at least 0".formatted(rule.decay()));
        clip.ifPresent(norm -> Checks.that(norm > 0, "clip_norm is %s; it must be above 0".formatted(norm)));
    }

    /** The same optimizer with another learning rate. */
    public Optimizer withRate(double other) {
        return new Optimizer(rule, other, schedule, clip);
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
        return new Optimizer(
                sgd ? sgd(f) : adam(f, type.equals("adamw")),
                f.number("lr", 1e-3),
                f.has("schedule")
                        ? SpecException.placed(
                                "schedule",
                                () -> Schedule.read(new SpecFields(
                                        f.object("schedule", "an object such as {\"type\": \"cosine\"}"))))
                        : Schedule.CONSTANT,
                f.has("clip_norm") ? OptionalDouble.of(f.number("clip_norm", 0)) : OptionalDouble.empty());
    }

    private static Sgd.Rule sgd(SpecFields f) {
        double momentum = f.number("momentum", 0);
        boolean nesterov = f.flag("nesterov", false);
        Checks.that(!nesterov || momentum != 0, "nesterov needs a momentum above 0");
        return new Sgd.Rule(momentum, f.number("weight_decay", 0), nesterov);
    }

    private static Adam.Rule adam(SpecFields f, boolean decoupled) {
        String expected = "a list of two numbers, such as [0.9, 0.999]";
        List<Double> betas = f.has("betas") ? f.numbers("betas", expected) : List.of(0.9, 0.999);
        Checks.that(
                betas.size() == 2, "field \"betas\" has %d entries; it must be %s".formatted(betas.size(), expected));
        return new Adam.Rule(
                betas.getFirst(),
                betas.getLast(),
                f.number("eps", 1e-8),
                f.number("weight_decay", decoupled ? 1e-2 : 0),
                decoupled);
    }

    void write(SpecWriter spec) {
        switch (rule) {
            case Sgd.Rule sgd ->
                spec.set("type", "sgd")
                        .set("lr", rate)
                        .set("momentum", sgd.momentum())
                        .set("weight_decay", rule.decay())
                        .set("nesterov", sgd.nesterov());
            case Adam.Rule adam ->
                spec.set("type", adam.decoupled() ? "adamw" : "adam")
                        .set("lr", rate)
                        .setNumbers("betas", List.of(adam.beta1(), adam.beta2()))
                        .set("eps", adam.epsilon())
                        .set("weight_decay", rule.decay());
        }
        if (!schedule.equals(Schedule.CONSTANT)) {
            ObjectNode tree = SpecJson.empty();
            schedule.write(new SpecWriter(tree));
            spec.set("schedule", tree);
        }
        clip.ifPresent(norm -> spec.set("clip_norm", norm));
    }
}
