package farsight.model;

import farsight.block.Parameter;
import farsight.block.Parameterized;
import farsight.data.Tensor;
import farsight.program.Shape;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Draws weights from one generator, in the order of the parameters. The same owner and seed give the same
 * weights everywhere.
 */
final class WeightsDraw {

    private static final double SMALL = 0.01;

    /** Spread of random biases, and of random norm weights around 1. */
    private static final double AROUND = 0.1;

    private WeightsDraw() {}

    static SequencedMap<String, Tensor> initial(Parameterized owner, long seed) {
        RandomGenerator random = generator(seed);
        SequencedMap<String, Tensor> all = new LinkedHashMap<>();
        for (Parameter p : owner.parameters()) {
            Tensor tensor = Tensor.allocate(Weights.shapeOf(p));
            switch (p.init()) {
                case FAN_IN -> normal(tensor, random, 0, fanIn(p));
                case UNIFORM -> uniform(tensor, random, fanIn(p));
                case HE -> normal(tensor, random, 0, Math.sqrt(2) * fanIn(p));
                case SMALL -> normal(tensor, random, 0, SMALL);
                case ONE -> normal(tensor, random, 1, 0);
                case ZERO -> {}
                case UNIT_COLUMNS -> unitColumns(tensor, random, p.shape());
            }
            all.put(p.name(), tensor);
        }
        return all;
    }

    static SequencedMap<String, Tensor> random(Parameterized owner, long seed) {
        RandomGenerator random = generator(seed);
        SequencedMap<String, Tensor> all = new LinkedHashMap<>();
        for (Parameter p : owner.parameters()) {
            Tensor tensor = Tensor.allocate(Weights.shapeOf(p));
            boolean vector = p.shape().rows() == 1;
            switch (p.init()) {
                case FAN_IN, UNIFORM, HE, SMALL -> normal(tensor, random, 0, fanIn(p));
                case ONE -> normal(tensor, random, 1, AROUND);
                case UNIT_COLUMNS -> unitColumns(tensor, random, p.shape());
                // A single number that starts as 0 is a gate and is drawn around a half; others are biases or matrices.
                case ZERO -> normal(tensor, random, p.elements() == 1 ? 0.5 : 0, vector ? AROUND : fanIn(p));
            }
            all.put(p.name(), tensor);
        }
        return all;
    }

    private static RandomGenerator generator(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    private static double fanIn(Parameter p) {
        return 1 / Math.sqrt((double) p.fanIn());
    }

    private static void unitColumns(Tensor tensor, RandomGenerator random, Shape shape) {
        normal(tensor, random, 0, 1);
        for (long j = 0; j < shape.cols(); j++) {
            double squares = 0;
            for (long i = j; i < tensor.elements(); i += shape.cols()) {
                squares += (double) tensor.get(i) * tensor.get(i);
            }
            for (long i = j; i < tensor.elements(); i += shape.cols()) {
                tensor.values().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (tensor.get(i) / Math.sqrt(squares)));
            }
        }
    }

    private static void uniform(Tensor tensor, RandomGenerator random, double bound) {
        for (long i = 0; i < tensor.elements(); i++) {
            tensor.values().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextDouble(-bound, bound));
        }
    }

    private static void normal(Tensor tensor, RandomGenerator random, double mean, double deviation) {
        for (long i = 0; i < tensor.elements(); i++) {
            float value;
            do {
                value = (float) (mean + deviation * random.nextGaussian());
            } while (value == 0);
            tensor.values().setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
        }
    }
}
