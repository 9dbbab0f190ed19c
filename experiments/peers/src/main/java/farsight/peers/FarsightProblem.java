package farsight.peers;

import farsight.data.Tensor;
import farsight.engine.Engines;
import farsight.engine.Session;
import farsight.peers.problem.Inputs;
import farsight.peers.problem.Layout;
import farsight.peers.problem.Prepared;
import farsight.peers.problem.Problem;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** A program on the vector engine. */
final class FarsightProblem implements Problem {

    private final Recorded recorded;
    private final Session session;

    private FarsightProblem(Recorded recorded, Session session) {
        this.recorded = recorded;
        this.session = session;
    }

    static Prepared prepare(Recorded recorded, Inputs inputs) {
        Map<Buffer, Tensor> given = new LinkedHashMap<>();
        recorded.given().forEach((name, b) -> given.put(b, inLayout(b.shape(), name, inputs)));
        return new Prepared() {
            @Override
            public long copiedBytes() {
                return given.keySet().stream().mapToLong(b -> b.shape().bytes()).sum();
            }

            @Override
            public Problem open() {
                Session session = Engines.vector().open(MemoryPlan.of(recorded.program()));
                given.forEach((b, values) -> session.write(b, values.values()));
                return new FarsightProblem(recorded, session);
            }

            @Override
            public void close() {
                given.clear();
            }
        };
    }

    /** Maps, [B, C, H, W], as the kernels have them, [B, N, C]. */
    private static Tensor inLayout(Shape shape, String name, Inputs inputs) {
        Tensor map = inputs.maps().get(name);
        if (map != null) {
            return Layout.transposed(map, shape.batch(), shape.cols(), shape.rows());
        }
        Tensor factor = inputs.factors().get(name);
        return factor != null ? factor : inputs.weights().get(name);
    }

    @Override
    public void run() {
        session.run();
    }

    @Override
    public SequencedMap<String, Tensor> results() {
        SequencedMap<String, Tensor> all = new LinkedHashMap<>();
        recorded.results().forEach((name, b) -> {
            Tensor values = Tensor.allocate(b.elements());
            session.read(b, values.values());
            boolean maps = name.equals("x") || name.equals("y");
            Shape s = b.shape();
            all.put(name, maps ? Layout.transposed(values, s.batch(), s.rows(), s.cols()) : values);
        });
        return all;
    }

    @Override
    public void close() {
        session.close();
    }
}
