package farsight.op;

import farsight.program.Shape;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/**
 * A batch of matrices in float64: the oracle's arithmetic, one element at a time, straight from the
 * definitions. A batch or row count of 1 is repeated where the other operand has more.
 */
public record F64(int batch, int rows, int cols, double[] values) {

    /** An element by its indices. */
    @FunctionalInterface
    public interface Element {
        /** The value at matrix b, row i, column j. */
        double at(int b, int i, int j);
    }

    /** Every element from its indices. */
    public static F64 of(int batch, int rows, int cols, Element element) {
        double[] v = new double[batch * rows * cols];
        int n = 0;
        for (int b = 0; b < batch; b++) {
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < cols; j++) {
                    v[n++] = element.at(b, i, j);
                }
            }
        }
        return new F64(batch, rows, cols, v);
    }

    /** The numbers of a float32 array. */
    public static F64 of(Shape s, float[] floats) {
        double[] v = new double[floats.length];
        for (int i = 0; i < v.length; i++) {
            v[i] = floats[i];
        }
        return new F64((int) s.batch(), (int) s.rows(), (int) s.cols(), v);
    }

    /** Normal numbers that float32 holds exactly. */
    public static F64 random(Random random, Shape s) {
        return of((int) s.batch(), (int) s.rows(), (int) s.cols(), (b, i, j) -> (float) random.nextGaussian());
    }

    /** An element; indices of extents that are 1 are ignored. */
    public double at(int b, int i, int j) {
        return values[((batch == 1 ? 0 : b) * rows + (rows == 1 ? 0 : i)) * cols + (cols == 1 ? 0 : j)];
    }

    /** The shape of a buffer that holds it. */
    public Shape shape() {
        return new Shape(batch, rows, cols);
    }

    /** Rounded to float32. */
    public float[] floats() {
        float[] f = new float[values.length];
        for (int i = 0; i < f.length; i++) {
            f[i] = (float) values[i];
        }
        return f;
    }

    /** f of every element. */
    public F64 map(DoubleUnaryOperator f) {
        return of(batch, rows, cols, (b, i, j) -> f.applyAsDouble(at(b, i, j)));
    }

    /** f of every element and the other operand's, which is repeated where its extent is 1. */
    public F64 with(F64 other, DoubleBinaryOperator f) {
        return of(batch, rows, cols, (b, i, j) -> f.applyAsDouble(at(b, i, j), other.at(b, i, j)));
    }

    /** This + other. */
    public F64 plus(F64 other) {
        return with(other, Double::sum);
    }

    /** This − other. */
    public F64 minus(F64 other) {
        return with(other, (a, b) -> a - b);
    }

    /** Element by element. */
    public F64 times(F64 other) {
        return with(other, (a, b) -> a * b);
    }

    /** Element by element. */
    public F64 over(F64 other) {
        return with(other, (a, b) -> a / b);
    }

    /** factor·this. */
    public F64 scaled(double factor) {
        return map(v -> factor * v);
    }

    /** max(this, 0). */
    public F64 relu() {
        return map(v -> Math.max(v, 0));
    }

    /** this·other, other perhaps one matrix for the whole batch. */
    public F64 matMul(F64 other) {
        return of(batch, rows, other.cols, (b, i, j) -> {
            double sum = 0;
            for (int k = 0; k < cols; k++) {
                sum += values[(b * rows + i) * cols + k] * other.at(b, k, j);
            }
            return sum;
        });
    }

    /** The transpose of every matrix. */
    public F64 transposed() {
        return of(batch, cols, rows, (b, i, j) -> at(b, j, i));
    }

    /** Each row's sum, [batch, rows, 1]. */
    public F64 sumOfRows() {
        return of(batch, rows, 1, (b, i, zero) -> {
            double sum = 0;
            for (int j = 0; j < cols; j++) {
                sum += at(b, i, j);
            }
            return sum;
        });
    }

    /** Each column's sum, that is over the positions, [batch, 1, cols]. */
    public F64 sumOfColumns() {
        return transposed().sumOfRows().transposed();
    }

    /** The sum over the batch, [1, rows, cols]. */
    public F64 sumOfBatch() {
        return of(1, rows, cols, (zero, i, j) -> {
            double sum = 0;
            for (int b = 0; b < batch; b++) {
                sum += at(b, i, j);
            }
            return sum;
        });
    }

    /** The batch one under the other, [1, batch·rows, cols]. */
    public F64 stacked() {
        return new F64(1, batch * rows, cols, values);
    }

    /** Repeated to a number of rows: [batch, 1, cols] to [batch, newRows, cols]. */
    public F64 repeated(int newRows) {
        return of(batch, newRows, cols, this::at);
    }

    /** softmax of every row. */
    public F64 softmaxOfRows() {
        F64 max = of(batch, rows, 1, (b, i, zero) -> {
            double m = Double.NEGATIVE_INFINITY;
            for (int j = 0; j < cols; j++) {
                m = Math.max(m, at(b, i, j));
            }
            return m;
        });
        F64 e = minus(max).map(Math::exp);
        return e.over(e.sumOfRows());
    }

    /** softmax of every column, that is over the positions. */
    public F64 softmaxOfColumns() {
        return transposed().softmaxOfRows().transposed();
    }

    /** Root of the sum of all squares. */
    public double norm() {
        return Math.sqrt(Arrays.stream(values).map(v -> v * v).sum());
    }

    /** Each row's L2 norm, [batch, rows, 1]. */
    public F64 normOfRows() {
        return times(this).sumOfRows().map(Math::sqrt);
    }

    /** Each column's L2 norm, [batch, 1, cols]. */
    public F64 normOfColumns() {
        return transposed().normOfRows().transposed();
    }

    /** Rows of unit L2 norm: v / max(‖v‖, 1e-12). */
    public F64 unitRows() {
        return over(normOfRows().map(n -> Math.max(n, 1e-12)));
    }

    /** Columns of unit L2 norm. */
    public F64 unitColumns() {
        return transposed().unitRows().transposed();
    }
}
