package farsight.op;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Engine;
import farsight.engine.Session;
import farsight.op.element.Copy;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * A program whose last step is the operation of interest, numbers to put in, and the numbers that the
 * operation's equation gives in float64.
 */
public record OpCase(String name, Program program, Map<Buffer, float[]> given, Map<Buffer, Expected> expected) {

    /**
     * What a buffer holds after the operation.
     *
     * @param exact by the equation
     * @param scale what an error is measured against: the norm of the result, or of the terms that cancel in it
     */
    public record Expected(F64 exact, double scale) {}

    @Override
    public String toString() {
        return name;
    }

    /** The operation. */
    public Op op() {
        return (Op) program.steps().getLast();
    }

    /** What an engine makes of every output. */
    public Map<Buffer, float[]> run(Engine engine) {
        try (Session session = engine.open(MemoryPlan.of(program))) {
            given.forEach(session::write);
            session.run();
            Map<Buffer, float[]> outputs = new LinkedHashMap<>();
            program.buffers(Role.OUTPUT).forEach(b -> outputs.put(b, session.read(b)));
            return outputs;
        }
    }

    /** Runs it and fails when an output differs by more than a tolerance. */
    public void check(Engine engine, double tolerance) {
        Map<Buffer, float[]> outputs = run(engine);
        assertThat(expected.keySet()).as("outputs that have an expected value").isEqualTo(outputs.keySet());
        expected.forEach(
                (b, e) -> assertThat(Errors.relative(outputs.get(b), e.exact().values(), e.scale()))
                        .as("error of %s in %s on %s", b.name(), name, engine.id())
                        .isLessThanOrEqualTo(tolerance));
    }

    /** Runs it and tells of each output whose numbers are neither exact, within a tolerance, nor NaN or infinite. */
    public List<String> wrong(Engine engine, double tolerance) {
        Map<Buffer, float[]> outputs = run(engine);
        return expected.entrySet().stream()
                .flatMap(e -> Errors.wrong(
                        Objects.requireNonNull(outputs.get(e.getKey())),
                        e.getValue().exact().values(),
                        e.getValue().scale(),
                        tolerance,
                        vanishing(e.getKey()))
                        .map(what -> "%s of %s on %s: %s".formatted(e.getKey().name(), name, engine.id(), what))
                        .stream())
                .toList();
    }

    /**
     * What float32 loses of numbers below 1e-38, and a division by ε makes 1e12 times as large. Of a norm below ε nothing
     * but that is needed, so its square may vanish.
     */
    private double vanishing(Buffer b) {
        if (b.name().equals("norms")) {
            return 1e-17;
        }
        String op = op().name().toLowerCase(Locale.ROOT);
        return op.contains("gemml2") || op.contains("l2reluattention") ? 1e-30 : 1e-37;
    }

    /** A buffer and the float32 numbers in it. */
    record Operand(Buffer buffer, F64 value) {}

    /** Collects a case. Its random numbers depend on its name alone. */
    static final class Builder {
        private final String name;
        private final Random random;
        private final Program.Builder program;
        private final Numbers numbers = Numbers.current();
        private int drawn;
        private int inputs;
        private final Map<Buffer, float[]> given = new LinkedHashMap<>();
        private final Map<Buffer, Expected> expected = new LinkedHashMap<>();

        Builder(String name) {
            this.name = name;
            this.random = new Random(name.hashCode());
            this.program = new Program.Builder("case" + name.replaceAll("[^a-zA-Z0-9]", ""));
        }

        Program.Builder program() {
            return program;
        }

        /** Normal numbers, or what {@link Numbers} makes of them. */
        F64 normal(Shape shape) {
            return numbers.scaled(drawn++, F64.random(random, shape));
        }

        /** An input of normal numbers. */
        Operand given(String bufferName, Shape shape) {
            return given(bufferName, normal(shape));
        }

        /** An input of these numbers, rounded to float32. */
        Operand given(String bufferName, F64 value) {
            return held(bufferName, numbers.poisoned(inputs++, value));
        }

        private Operand held(String bufferName, F64 value) {
            Buffer b = program.buffer(bufferName, value.shape(), Role.INPUT);
            given.put(b, value.floats());
            return new Operand(b, F64.of(b.shape(), value.floats()));
        }

        /**
         * An output that holds something before the operation: numbers if it is to be added to, and
         * NaN, which no sum survives, if it is to be overwritten.
         */
        Operand target(String bufferName, Shape shape, boolean accumulate) {
            Operand target = updated(
                    bufferName, accumulate ? normal(shape) : normal(shape).map(v -> Double.NaN));
            return accumulate
                    ? target
                    : new Operand(target.buffer(), target.value().map(v -> 0));
        }

        /** An output that holds these numbers before the operation. */
        Operand updated(String bufferName, F64 old) {
            Operand before = held(bufferName + "Before", old);
            Buffer b = program.buffer(bufferName, old.shape(), Role.OUTPUT);
            program.add(new Copy(before.buffer(), b, false));
            return new Operand(b, before.value());
        }

        /** Says that the operation adds {@code result} to a target, which was 0 if it is overwritten. */
        void expect(Operand target, F64 result) {
            F64 exact = target.value().plus(result);
            expected.put(target.buffer(), new Expected(exact, exact.norm()));
        }

        /**
         * The same for a sum of few results of many terms, which may cancel.
         *
         * @param terms root of the sum of the squares of each result's terms
         */
        void expect(Operand target, F64 result, F64 terms) {
            F64 exact = target.value().plus(result);
            double scale = exact.norm() + terms.norm() + target.value().norm();
            expected.put(target.buffer(), new Expected(exact, scale));
        }

        OpCase build() {
            return new OpCase(name, program.build(), given, expected);
        }

        OpCase build(Op op) {
            program.add(op);
            return build();
        }
    }
}
