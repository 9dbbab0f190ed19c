package farsight.peers;

import farsight.block.BlockProgram;
import farsight.block.Pass;
import farsight.op.image.Window;
import farsight.peers.problem.Case;
import farsight.peers.problem.Inputs;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.tape.Purpose;
import farsight.tape.Tape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/**
 * A program of Farsight's with its ends. Recording allocates nothing.
 *
 * @param program its steps
 * @param given inputs, parameters and state, each named as in {@link Inputs}
 * @param results what can be read after a run, by name
 */
record Recorded(Program program, SequencedMap<String, Buffer> given, SequencedMap<String, Buffer> results) {

    static Recorded of(Case c, Pass pass) {
        return switch (c) {
            case Case.Product p -> product(p);
            case Case.Convolution v -> convolution(v, pass);
            case Case.OfBlock b -> block(b, pass);
            case Case.Training t -> throw new IllegalArgumentException(t.name() + " has a trainer of its own");
        };
    }

    /** C = A·B. */
    private static Recorded product(Case.Product p) {
        Program.Builder builder = new Program.Builder("matmul");
        Tape tape = new Tape(builder, Purpose.RESULT);
        SequencedMap<String, Buffer> given = new LinkedHashMap<>();
        given.put("a", tape.given("a", new Shape(1, p.m(), p.k()), Role.INPUT));
        given.put("b", tape.given("b", new Shape(1, p.k(), p.n()), Role.INPUT));
        Buffer c = tape.matMul(given.get("a"), given.get("b"));
        builder.output(c);
        return new Recorded(builder.build(), given, new LinkedHashMap<>(Map.of("c", c)));
    }

    private static Recorded convolution(Case.Convolution c, Pass pass) {
        Program.Builder builder = new Program.Builder("convolution");
        Tape tape = new Tape(builder, pass.purpose());
        long height = c.grid().height();
        long width = c.grid().width();
        Window window = Window.square(height, width, 3, 1, 1);
        Shape maps = new Shape(c.batch(), height * width, c.channels());
        SequencedMap<String, Buffer> given = new LinkedHashMap<>();
        SequencedMap<String, Buffer> results = new LinkedHashMap<>();
        given.put("x", tape.given("x", maps, Role.INPUT));
        given.put("weight", tape.given("weight", new Shape(c.channels(), c.channels(), window.taps()), Role.PARAMETER));
        given.put("bias", tape.given("bias", new Shape(1, 1, c.channels()), Role.PARAMETER));
        List<Buffer> wanted = List.copyOf(given.values());
        Buffer y = tape.images().convolve(wanted.get(0), wanted.get(1), wanted.get(2), window, 1);
        builder.output(y);
        results.put("y", y);
        if (pass == Pass.FORWARD_BACKWARD) {
            builder.endPart();
            given.put("dy", tape.given("dy", maps, Role.INPUT));
            List<Buffer> gradients = tape.backward(y, given.get("dy"), wanted);
            results.put("x", gradients.get(0));
            results.put("weight", gradients.get(1));
            results.put("bias", gradients.get(2));
        }
        return new Recorded(builder.build(), given, results);
    }

    private static Recorded block(Case.OfBlock c, Pass pass) {
        BlockProgram p = BlockProgram.of(c.block(), 1, c.grid(), pass);
        SequencedMap<String, Buffer> given = new LinkedHashMap<>();
        SequencedMap<String, Buffer> results = new LinkedHashMap<>();
        given.put("x", p.x());
        results.put("y", p.y());
        if (pass == Pass.FORWARD_BACKWARD) {
            given.put("dy", Objects.requireNonNull(p.dy()));
            results.put("x", Objects.requireNonNull(p.dx()));
        }
        given.putAll(p.parameters());
        results.putAll(p.gradients());
        return new Recorded(p.program(), given, results);
    }
}
