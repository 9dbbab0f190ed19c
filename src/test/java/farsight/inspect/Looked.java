package farsight.inspect;

import farsight.block.Block;
import farsight.data.Synthetic;
import farsight.data.Tensor;
import farsight.engine.Engines;
import farsight.model.FeatureSource;
import farsight.model.Model;
import farsight.model.Origin;
import java.util.List;

/** Inspections of random models on synthetic features, for tests. */
final class Looked {

    private Looked() {}

    static Tensor normal(int channels, int height, int width) {
        Tensor x = Tensor.allocate(1, channels, height, width);
        Synthetic.normal(x.values(), x.elements(), 7);
        return x;
    }

    /** The same vector at every position. */
    static Tensor constant(int channels, int height, int width) {
        float[] values = new float[channels * height * width];
        for (int i = 0; i < values.length; i++) {
            int channel = i / (height * width);
            values[i] = 0.3f + channel;
        }
        return Tensor.of(values, 1, channels, height, width);
    }

    static Inspection at(Block block, Tensor x) {
        return at(Model.random(block, 3), x, "4");
    }

    static Inspection at(Model model, Tensor x, String queries) {
        return Inspector.inspect(
                model,
                Engines.find("vector"),
                "x",
                new Origin.Numbers(),
                FeatureSource.of("x", x),
                new Inspector.Settings(Queries.parse(queries), List.of(), 0, Model.UNLIMITED, 1));
    }
}
