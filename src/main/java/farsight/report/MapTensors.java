package farsight.report;

import farsight.block.Grid;
import farsight.data.Tensor;
import farsight.inspect.Attention;
import farsight.inspect.Inspection;
import farsight.inspect.LatentNodes;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.IntFunction;
import java.util.stream.LongStream;

/** The values of an inspection's maps, as tensors of one file, because JSON would be too large at large N. */
final class MapTensors {

    /** The file's name. */
    static final String FILE = "maps.safetensors";

    private MapTensors() {}

    /**
     * All maps. An affinity gives [Q, H, W]: per query its row, one value per key. Latent nodes give [d, H, W]: per
     * node its column of Ψ, one value per position. Point clouds have one axis in place of H and W.
     *
     * @return tensors by the names of the affinities and latent nodes
     */
    static SequencedMap<String, Tensor> of(Inspection i) {
        SequencedMap<String, Tensor> all = new LinkedHashMap<>();
        for (Attention a : i.attentions()) {
            all.put(a.name(), stacked(shape(a), k -> a.rows().get(k)));
        }
        for (LatentNodes n : i.nodes()) {
            all.put(n.name(), stacked(shape(i, n), n::map));
        }
        return all;
    }

    /** The shape of an affinity's maps. */
    static long[] shape(Attention a) {
        return shape(a.rows().size(), a.lie());
    }

    /** The shape of the latent nodes' maps. */
    static long[] shape(Inspection i, LatentNodes n) {
        return shape(n.d(), i.shape().grid());
    }

    private static long[] shape(long maps, Grid grid) {
        return LongStream.concat(LongStream.of(maps), grid.extents().stream().mapToLong(Long::longValue))
                .toArray();
    }

    private static Tensor stacked(long[] shape, IntFunction<float[]> map) {
        Tensor all = Tensor.allocate(shape);
        long at = 0;
        for (int k = 0; k < shape[0]; k++) {
            for (float v : map.apply(k)) {
                all.values().setAtIndex(ValueLayout.JAVA_FLOAT, at++, v);
            }
        }
        return all;
    }
}
