package farsight.network;

import farsight.block.spec.Checks;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import java.util.List;

/**
 * How the learning rate changes: rate of step t = 0, 1, … is lr times a factor.
 *
 * <pre>
 *   constant   1
 *   step       gamma^⌊t / every⌋
 *   cosine     floor + (1 − floor)·(1 + cos(π·(t − w)/(T − w)))/2, T all steps
 * </pre>
 *
 * <p>For the first w steps the factor of the warm-up, (t + 1)/(w + 1), is multiplied.
 *
 * @param type which of the three
 * @param every steps between two reductions of {@code step}
 * @param gamma factor of each of them
 * @param floor the least factor of {@code cosine}
 * @param warmup w
 */
public record Schedule(Type type, int every, double gamma, double floor, int warmup) {

    /** How the rate changes after the warm-up. */
    public enum Type {
        /** Not at all. */
        CONSTANT,
        /** By a factor after every so many steps. */
        STEP,
        /** Along half a cosine to the last step. */
        COSINE
    }

    /** The rate stays. */
    public static final Schedule CONSTANT = new Schedule(Type.CONSTANT, 1, 1, 0, 0);

    /** Checks the numbers. */
    public Schedule {
        Checks.that(warmup >= 0, "warmup is %d; it must be at least 0".formatted(warmup));
        Checks.that(every >= 1, "every is %d; it must be at least 1".formatted(every));
        Checks.that(gamma > 0, "gamma is %s; it must be above 0".formatted(gamma));
        Checks.that(floor >= 0 && floor <= 1, "floor is %s; it must be from 0 to 1".formatted(floor));
    }

    /** Reads a schedule. */
    static Schedule read(SpecFields f) {
        List<String> types = List.of("constant", "step", "cosine");
        Type type = Type.values()[types.indexOf(f.word("type", types))];
        f.rejectUnknown(
                Checks.word(type) + " schedule",
                switch (type) {
                    case CONSTANT -> List.of("type", "warmup");
                    case STEP -> List.of("type", "warmup", "every", "gamma");
                    case COSINE -> List.of("type", "warmup", "floor");
                });
        return new Schedule(
                type,
                type == Type.STEP ? f.integer("every") : 1,
                f.number("gamma", type == Type.STEP ? 0.1 : 1),
                f.number("floor", 0),
                f.has("warmup") ? f.anyInteger("warmup", "a whole number of at least 0") : 0);
    }

    void write(SpecWriter spec) {
        spec.set("type", type);
        if (type == Type.STEP) {
            spec.set("every", every).set("gamma", gamma);
        } else if (type == Type.COSINE) {
            spec.set("floor", floor);
        }
        spec.set("warmup", warmup);
    }

    /**
     * The factor of a step.
     *
     * @param step from 0
     * @param steps of the whole run
     */
    public double factor(long step, long steps) {
        double warm = step < warmup ? (step + 1.0) / (warmup + 1.0) : 1;
        return warm
                * switch (type) {
                    case CONSTANT -> 1;
                    case STEP -> Math.pow(gamma, Math.toIntExact(step / every));
                    case COSINE -> {
                        double done = Math.clamp((step - warmup) / Math.max(1.0, (double) (steps - warmup)), 0, 1);
                        yield floor + (1 - floor) * (1 + Math.cos(Math.PI * done)) / 2;
                    }
                };
    }
}
