package farsight.train;

import farsight.data.DataException;
import farsight.data.Tensor;
import farsight.engine.Session;
import farsight.model.FeatureSource;
import farsight.model.LayoutTransposition;
import farsight.model.Weights;
import farsight.program.Buffer;
import java.util.Objects;
import java.util.SequencedMap;

/** Tensors into a session's arrays and out of them, between PyTorch's layout and the kernels'. */
final class StateArrays {

    private StateArrays() {}

    /** Sets the weights and statistics. */
    static void write(
            Session session,
            SequencedMap<String, Buffer> parameters,
            SequencedMap<String, Buffer> statistics,
            Weights weights) {
        parameters.forEach((name, b) -> session.write(b, weights.get(name).values()));
        statistics.forEach((name, b) -> {
            if (!parameters.containsKey(name)) {
                session.write(
                        b,
                        Objects.requireNonNull(weights.statistics().tensors().get(name), name)
                                .values());
            }
        });
    }

    /**
     * Writes a tensor of two to five axes, [B, C, …], into its buffer [B, N, C].
     *
     * @throws DataException when its size is another
     */
    static void fill(Session session, Buffer b, Tensor x) {
        if (x.elements() != b.elements()) {
            throw new DataException(
                    "a tensor of shape %s does not fit %s".formatted(Tensor.shapeText(x.shape()), b.shape()));
        }
        Tensor features = x.shape().length == 2 ? x.reshape(x.shape()[0], x.shape()[1], 1) : x;
        session.fill(b, FeatureSource.of(b.name(), features)::fill);
    }

    /** A buffer [B, N, C] as a tensor [B, C, …]. */
    static Tensor features(Session session, Buffer b, long... shape) {
        Tensor tensor = Tensor.allocate(shape);
        session.drain(
                b,
                array -> LayoutTransposition.transpose(
                        array,
                        tensor.values(),
                        b.shape().batch(),
                        b.shape().rows(),
                        b.shape().cols()));
        return tensor;
    }

    /** A buffer as a tensor of this shape. */
    static Tensor read(Session session, Buffer b, long... shape) {
        Tensor tensor = Tensor.allocate(shape);
        session.read(b, tensor.values());
        return tensor;
    }

    /** Whether all numbers of a buffer are finite. */
    static boolean finite(Session session, Buffer b) {
        boolean[] finite = new boolean[1];
        session.drain(b, array -> finite[0] = new Tensor(new long[] {b.elements()}, array).nonFinite() == 0);
        return finite[0];
    }
}
