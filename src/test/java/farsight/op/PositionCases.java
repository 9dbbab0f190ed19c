package farsight.op;

import farsight.op.OpCase.Operand;
import farsight.op.layout.CopyColumns;
import farsight.op.layout.CopyRows;
import farsight.op.layout.Transpose;
import farsight.op.sum.ColumnSum;
import farsight.program.Shape;
import java.util.stream.Stream;

/** Cases of the operations that move or add numbers along rows, columns and positions. */
final class PositionCases {

    private static final float SCALE = 0.37f;

    private PositionCases() {}

    static Stream<OpCase> all(Sizes sizes) {
        return sizes.maps().stream().flatMap(m -> Stream.concat(moves(m), sums(m)));
    }

    static Stream<OpCase> moves(Sizes.Map m) {
        return Stream.of(transpose(m), concatenated(m), stacked(m), takenApart(m));
    }

    static Stream<OpCase> sums(Sizes.Map m) {
        return Stream.of(columnSum(m, false), columnSum(m, true), columnDot(m, false), columnDot(m, true));
    }

    private static OpCase transpose(Sizes.Map m) {
        var c = new OpCase.Builder("transpose " + m);
        Operand x = c.given("x", m.shape());
        Operand y = c.target("y", x.value().transposed().shape(), m.accumulate());
        c.expect(y, x.value().transposed());
        return c.build(new Transpose(x.buffer(), y.buffer(), m.accumulate()));
    }

    /** All of x beside two other columns, which keep what they hold. */
    private static OpCase concatenated(Sizes.Map m) {
        var c = new OpCase.Builder("copyColumns into wider " + m);
        Shape s = m.shape();
        Operand x = c.given("x", s);
        Operand y = c.target("y", new Shape(s.batch(), s.rows(), s.cols() + 2), true);
        F64 old = y.value();
        c.expect(y, F64.of(old.batch(), old.rows(), old.cols(), (b, i, j) -> {
            boolean inside = j >= 1 && j <= s.cols();
            double kept = inside && !m.accumulate() ? -old.at(b, i, j) : 0;
            return kept + (inside ? x.value().at(b, i, j - 1) : 0);
        }));
        return c.build(new CopyColumns(x.buffer(), 0, y.buffer(), 1, s.cols(), m.accumulate()));
    }

    /** x below another row, which keeps what it holds, as do two more below. */
    private static OpCase stacked(Sizes.Map m) {
        var c = new OpCase.Builder("copyRows " + m);
        Shape s = new Shape(1, m.shape().rows(), m.shape().cols());
        Operand x = c.given("x", s);
        Operand y = c.target("y", new Shape(1, s.rows() + 3, s.cols()), true);
        F64 old = y.value();
        c.expect(y, F64.of(1, old.rows(), old.cols(), (b, i, j) -> {
            boolean inside = i >= 1 && i <= s.rows();
            return inside ? x.value().at(b, i - 1, j) - old.at(b, i, j) : 0;
        }));
        return c.build(new CopyRows(x.buffer(), y.buffer(), 1));
    }

    /** Some columns out of x. */
    private static OpCase takenApart(Sizes.Map m) {
        var c = new OpCase.Builder("copyColumns out of wider " + m);
        Shape s = m.shape();
        Operand x = c.given("x", new Shape(s.batch(), s.rows(), s.cols() + 3));
        Operand y = c.target("y", s, m.accumulate());
        c.expect(y, columns(x.value(), 2, (int) s.cols()));
        return c.build(new CopyColumns(x.buffer(), 2, y.buffer(), 0, s.cols(), m.accumulate()));
    }

    static F64 columns(F64 x, int first, int count) {
        return F64.of(x.batch(), x.rows(), count, (b, i, j) -> x.at(b, i, first + j));
    }

    private static OpCase columnSum(Sizes.Map m, boolean overBatch) {
        var c = new OpCase.Builder("columnSum " + m + (overBatch ? " over the batch" : ""));
        Operand x = c.given("x", m.shape());
        Operand y = columnResult(c, x.value(), m.accumulate(), overBatch);
        ColumnSum.record(c.program(), x.buffer(), null, y.buffer(), SCALE, m.accumulate());
        return c.build();
    }

    private static OpCase columnDot(Sizes.Map m, boolean overBatch) {
        var c = new OpCase.Builder("columnDot " + m + (overBatch ? " over the batch" : ""));
        Operand x = c.given("x", m.shape());
        Operand z = c.given("z", m.shape());
        Operand y = columnResult(c, x.value().times(z.value()), m.accumulate(), overBatch);
        ColumnSum.record(c.program(), x.buffer(), z.buffer(), y.buffer(), SCALE, m.accumulate());
        return c.build();
    }

    private static Operand columnResult(OpCase.Builder c, F64 terms, boolean accumulate, boolean overBatch) {
        F64 sum = terms.sumOfColumns().scaled(SCALE);
        F64 result = overBatch ? sum.sumOfBatch() : sum;
        Operand y = c.target("y", result.shape(), accumulate);
        c.expect(y, result, terms.normOfColumns());
        return y;
    }
}
