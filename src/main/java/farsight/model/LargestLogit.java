package farsight.model;

import farsight.block.Block;
import farsight.block.Logits;
import farsight.data.DataException;
import farsight.data.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * The largest logit of a block's softmax for one input. float32 has 24 bits: near a logit of 2¹⁵ = 32,768 its numbers
 * are 2⁻⁸ apart, so weights are off by about a hundredth; near 2²⁴ it cannot tell apart logits that differ by 1. A part
 * that all logits of a row share does the same harm, though a softmax in exact arithmetic would cancel it.
 *
 * @param value the largest |logit| found; 0 where the block has no softmax, or one over cosines, which are at most 1
 */
public record LargestLogit(double value) {

    /** From here on weights, and the gradients through them, have fewer than two certain digits. */
    public static final double COARSE = 1 << 15;

    /**
     * Searches in float64. The result is exact where logits belong to single positions or to channels, and where
     * queries and keys are the features themselves. Otherwise {@link LogitSearch} finds it with some N·C multiply-adds,
     * where the block takes N².
     *
     * @param x in a shape of {@link FeatureShape}
     * @throws DataException when x has another number of axes or channels than the model's block takes
     */
    public static LargestLogit of(Model model, Tensor x) {
        return of(model, FeatureShape.of("x", x.shape()).check("x", model.block()), x.values(), false);
    }

    /** As above, for features in either layout of {@link LogitFeatures}. */
    static LargestLogit of(Model model, FeatureShape shape, MemorySegment values, boolean byPosition) {
        double largest = 0;
        for (long image = 0; image < shape.batch(); image++) {
            long first = image * shape.channels() * shape.positions();
            LogitFeatures features =
                    new LogitFeatures(values, first, Math.toIntExact(shape.channels()), shape.grid(), byPosition);
            largest = Math.max(largest, largest(model.block(), model.weights(), features));
        }
        return new LargestLogit(largest);
    }

    private static double largest(Block block, Weights weights, LogitFeatures x) {
        return block.logits()
                .map(logits -> switch (logits) {
                    case Logits.Pairs p ->
                        p.scale() * new LogitSearch(x, side(weights, p.queries()), side(weights, p.keys())).largest();
                    case Logits.Maps m ->
                        m.convolutions().stream()
                                .mapToDouble(name -> ofMap(weights, name, x))
                                .max()
                                .orElse(0);
                    // No product of two channels exceeds the larger of their squares.
                    case Logits.Channels _ -> x.longestChannel();
                })
                .orElse(0.0);
    }

    private static LogitSearch.Side side(Weights weights, Logits.Vectors vectors) {
        String name = vectors.convolution();
        return name == null
                ? LogitSearch.Side.ofFeatures(vectors.pooled())
                : new LogitSearch.Side(weights.get(name + ".weight"), weights.get(name + ".bias"), vectors.pooled());
    }

    /** The largest logit of W·x + b. */
    private static double ofMap(Weights weights, String convolution, LogitFeatures x) {
        float[] w = weights.get(convolution + ".weight").toArray();
        float[] b = weights.get(convolution + ".bias").toArray();
        double[] u = new double[x.channels()];
        double largest = 0;
        for (int k = 0; k < b.length; k++) {
            for (int c = 0; c < u.length; c++) {
                u[c] = w[k * u.length + c];
            }
            largest = Math.max(largest, x.farthest(u, b[k]).value());
        }
        return largest;
    }

    /** The distance between float32's numbers at the largest logit; infinite beyond float32's range. */
    public double resolution() {
        return Math.ulp((float) value);
    }

    /** Whether float32 is too coarse there for a softmax. */
    public boolean coarse() {
        return value >= COARSE;
    }
}
