package farsight.network;

import farsight.block.spec.Checks;
import farsight.block.spec.SpecException;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import farsight.program.Shape;
import java.util.List;
import java.util.OptionalInt;

/** What training makes small. */
public sealed interface Loss {

    /** The largest label that float32 holds with all below it. */
    int MOST_LABEL = 1 << 24;

    /** The buffer of the labels of logits of this shape. */
    Shape labels(Shape logits);

    /** Writes its options. */
    void write(SpecWriter spec);

    /** Reads a loss. */
    static Loss read(SpecFields f) {
        String type = f.word("type", List.of("cross_entropy", "mse"));
        if (type.equals("mse")) {
            f.rejectUnknown(type, List.of("type", "reduction"));
            f.choice("reduction", Reduction.MEAN);
            return new SquaredError();
        }
        f.rejectUnknown(type, List.of("type", "ignore_label", "class_weights", "reduction"));
        f.choice("reduction", Reduction.MEAN);
        OptionalInt ignored = f.has("ignore_label")
                ? OptionalInt.of(f.anyInteger("ignore_label", "a whole number"))
                : OptionalInt.empty();
        Checks.that(
                Math.abs((long) ignored.orElse(0)) <= MOST_LABEL,
                "ignore_label is %d; it must be within +-2^24, where float32 holds every whole number"
                        .formatted(ignored.orElse(0)));
        String expected = "a list of numbers, one per class";
        List<Double> weights = f.has("class_weights") ? f.numbers("class_weights", expected) : List.of();
        Checks.that(
                !f.has("class_weights") || !weights.isEmpty(), "field \"class_weights\" is []; it must be " + expected);
        return new CrossEntropy(ignored, weights);
    }

    /** How the losses of the labels become one number. */
    enum Reduction {
        /** Their mean. */
        MEAN
    }

    /**
     * Σ w_y·(−log softmax(z)_y) / Σ w_y over the labels y that are not ignored: PyTorch's weighted mean over the batch.
     *
     * @param ignored a label that does not count; any number
     * @param classWeights w, one per class; empty for all 1
     */
    record CrossEntropy(OptionalInt ignored, List<Double> classWeights) implements Loss {

        /** Checks the weights. */
        public CrossEntropy {
            classWeights = List.copyOf(classWeights);
            classWeights.forEach(w -> Checks.float32("an entry of class_weights", w));
            Checks.that(
                    classWeights.stream().allMatch(w -> w >= 0),
                    "class_weights are %s; each must be at least 0".formatted(classWeights));
            Checks.that(
                    classWeights.isEmpty() || classWeights.stream().anyMatch(w -> w > 0),
                    "class_weights are all 0, so no label counts; at least one must be above 0");
        }

        /**
         * Checks that there is one weight per class.
         *
         * @throws SpecException otherwise
         */
        public void check(long classes) {
            Checks.that(
                    classWeights.isEmpty() || classWeights.size() == classes,
                    "class_weights has %d numbers, and the network gives %d classes"
                            .formatted(classWeights.size(), classes));
        }

        /** Whether a label does not count. */
        public boolean ignores(float label) {
            return ignored.isPresent() && label == ignored.getAsInt();
        }

        @Override
        public Shape labels(Shape logits) {
            return new Shape(logits.batch(), logits.rows(), 1);
        }

        @Override
        public void write(SpecWriter spec) {
            spec.set("type", "cross_entropy");
            ignored.ifPresent(label -> spec.set("ignore_label", label));
            if (!classWeights.isEmpty()) {
                spec.setNumbers("class_weights", classWeights);
            }
            spec.set("reduction", Reduction.MEAN);
        }
    }

    /** The mean of (y − t)² over all numbers. */
    record SquaredError() implements Loss {

        @Override
        public Shape labels(Shape logits) {
            return logits;
        }

        @Override
        public void write(SpecWriter spec) {
            spec.set("type", "mse").set("reduction", Reduction.MEAN);
        }
    }
}
