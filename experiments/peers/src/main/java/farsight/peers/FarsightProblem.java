package farsight.peers;

import farsight.block.BlockProgram;
import farsight.block.Pass;
import farsight.data.Tensor;
import farsight.engine.Engines;
import farsight.engine.Session;
import farsight.tape.Purpose;
import farsight.tape.Tape;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/** A program on the vector engine. */
final class FarsightProblem implements Problem {

    private final Recorded recorded;
    private final Session session;

    private FarsightProblem(Recorded recorded, Session session) {
        this.recorded = recorded;
        this.session = session;
    }

    /**
     * A program and its ends.
     *
     * @param given what is written to each input and parameter, in the layout of the kernels
     * @param results by name
     */
    private record Recorded(Program program, Map<Buffer, Tensor> given, SequencedMap<String, Buffer> results) {}

    static Prepared prepare(Case c, Pass pass, Inputs inputs) {
        Recorded recorded = switch (c) {
            case Case.Product p -> product(p, inputs);
            case Case.OfBlock b -> block(b, pass, inputs);
        };
        return new Prepared() {
            @Override
            public long copiedBytes() {
                return recorded.given.keySet().stream()
                        .mapToLong(b -> b.shape().bytes())
                        .sum();
            }

            @Override
            public Problem open() {
                Session session = Engines.vector().open(MemoryPlan.of(recorded.program));
                recorded.given.forEach((b, values) -> session.write(b, values.values()));
                return new FarsightProblem(recorded, session);
            }

            @Override
            public void close() {
                recorded.given.clear();
            }
        };
    }

    /** What runs: its operations tell how much is computed and moved. */
    static Program program(Case c, Pass pass) {
        return switch (c) {
            case Case.Product p -> MatMul.of(p).program;
            case Case.OfBlock b -> program(b, pass).program();
        };
    }

    /** C = A·B. */
    private record MatMul(Program program, Buffer a, Buffer b, Buffer c) {

        static MatMul of(Case.Product p) {
            Program.Builder builder = new Program.Builder("matmul");
            Tape tape = new Tape(builder, Purpose.RESULT);
            Buffer a = tape.given("a", new Shape(1, p.m(), p.k()), Role.INPUT);
            Buffer b = tape.given("b", new Shape(1, p.k(), p.n()), Role.INPUT);
            Buffer c = tape.matMul(a, b);
            builder.output(c);
            return new MatMul(builder.build(), a, b, c);
        }
    }

    private static Recorded product(Case.Product p, Inputs inputs) {
        MatMul product = MatMul.of(p);
        Map<Buffer, Tensor> given = new LinkedHashMap<>();
        given.put(product.a, inputs.features().get("a"));
        given.put(product.b, inputs.features().get("b"));
        return new Recorded(product.program, given, new LinkedHashMap<>(Map.of("c", product.c)));
    }

    private static BlockProgram program(Case.OfBlock c, Pass pass) {
        return BlockProgram.of(c.block(), 1, c.grid(), pass);
    }

    private static Recorded block(Case.OfBlock c, Pass pass, Inputs inputs) {
        BlockProgram p = program(c, pass);
        Map<Buffer, Tensor> given = new LinkedHashMap<>();
        given.put(p.x(), turned(inputs.features().get("x")));
        SequencedMap<String, Buffer> results = new LinkedHashMap<>();
        results.put("y", p.y());
        if (pass == Pass.FORWARD_BACKWARD) {
            given.put(Objects.requireNonNull(p.dy()), turned(inputs.features().get("dy")));
            results.put("x", Objects.requireNonNull(p.dx()));
        }
        p.parameters().forEach((name, b) -> given.put(b, inputs.weights().get(name)));
        results.putAll(p.gradients());
        return new Recorded(p.program(), given, results);
    }

    /** [1, C, H, W] as the kernels have it, [1, N, C]. */
    private static Tensor turned(Tensor x) {
        long channels = x.shape()[1];
        long positions = x.elements() / channels;
        return Layout.transposed(x, channels, positions).reshape(1, positions, channels);
    }

    @Override
    public void run() {
        session.run();
    }

    @Override
    public SequencedMap<String, Tensor> results() {
        SequencedMap<String, Tensor> all = new LinkedHashMap<>();
        recorded.results.forEach((name, b) -> {
            Tensor values = Tensor.allocate(b.elements());
            session.read(b, values.values());
            boolean features = name.equals("x") || name.equals("y");
            all.put(
                    name,
                    features
                            ? Layout.transposed(
                                    values, b.shape().rows(), b.shape().cols())
                            : values);
        });
        return all;
    }

    @Override
    public void close() {
        session.close();
    }
}
