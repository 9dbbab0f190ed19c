package farsight.engine.tornado;

import farsight.op.element.Activation;
import farsight.op.element.Copy;
import farsight.op.element.Residual;
import farsight.op.product.MatMul;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A program of any number of steps over arrays that it uses again and again: products, sums, and steps that overwrite
 * their operand. Its numbers stay small however long it is.
 *
 * @param x what it begins with, and adds again now and then
 * @param weights parameters, each used all along
 * @param late a parameter of the last steps alone
 * @param early an output of the first steps that the last step reads
 */
record Chain(Program program, Buffer x, List<Buffer> weights, Buffer late, Buffer early) {

    private static final int WEIGHTS = 5;

    static Chain of(int steps) {
        Program.Builder p = new Program.Builder("chain");
        Shape shape = new Shape(1, 5, 6);
        Buffer x = p.buffer("x", shape, Role.INPUT);
        List<Buffer> weights = new ArrayList<>();
        for (int k = 0; k < WEIGHTS; k++) {
            weights.add(p.buffer("w" + k, Shape.matrix(6, 6), Role.PARAMETER));
        }
        Buffer late = p.buffer("late", Shape.matrix(6, 6), Role.PARAMETER);
        Buffer early = p.buffer("early", shape, Role.OUTPUT);
        Buffer last = x;
        for (int i = 0; i < steps; i++) {
            Buffer next = i == 0 ? early : p.buffer("h" + i, shape, i == steps - 1 ? Role.OUTPUT : Role.INTERMEDIATE);
            Buffer weight = i > steps - 10 ? late : weights.get(i / 5 % WEIGHTS);
            p.add(
                    i == steps - 1
                            ? new Residual(last, early, next)
                            : switch (i % 5) {
                                case 0 -> new MatMul(last, weight, next, i % 2 == 1, 0.5f, false);
                                case 1 -> new Activation(Activation.Function.SIGMOID, last, next);
                                case 2 -> new Residual(last, x, next);
                                case 3 -> new Activation(Activation.Function.RELU, last, next);
                                default -> new Copy(last, next, false);
                            });
            last = next;
        }
        return new Chain(p.build(), x, weights, late, early);
    }
}
