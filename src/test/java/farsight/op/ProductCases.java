package farsight.op;

import farsight.op.OpCase.Operand;
import farsight.op.product.MatMul;
import farsight.op.product.MatMulLeftTransposed;
import farsight.op.product.Project;
import farsight.program.Shape;
import java.util.stream.Stream;

/** Cases of matrix products. */
final class ProductCases {

    private ProductCases() {}

    static Stream<OpCase> all(Sizes sizes) {
        return sizes.products().stream().flatMap(ProductCases::of);
    }

    /** All products of these extents. */
    static Stream<OpCase> of(Sizes.Product p) {
        return Stream.of(matMul(p), rightTransposed(p), leftTransposed(p), project(p));
    }

    private static OpCase matMul(Sizes.Product p) {
        var c = new OpCase.Builder("matMul " + p);
        Operand a = c.given("a", p.left());
        Operand b = c.given("b", p.right());
        Operand out = c.target("c", p.result(), p.accumulate());
        c.expect(out, a.value().matMul(b.value()).scaled(p.alpha()));
        return c.build(new MatMul(a.buffer(), b.buffer(), out.buffer(), false, p.alpha(), p.accumulate()));
    }

    private static OpCase rightTransposed(Sizes.Product p) {
        var c = new OpCase.Builder("matMulRightTransposed " + p);
        Operand a = c.given("a", p.left());
        Operand b = c.given("b", p.rightTransposed());
        Operand out = c.target("c", p.result(), p.accumulate());
        c.expect(out, a.value().matMul(b.value().transposed()).scaled(p.alpha()));
        return c.build(new MatMul(a.buffer(), b.buffer(), out.buffer(), true, p.alpha(), p.accumulate()));
    }

    /** AᵀB sums over the k rows, which are positions; shared, over the batch too. */
    private static OpCase leftTransposed(Sizes.Product p) {
        var c = new OpCase.Builder("matMulLeftTransposed " + p);
        Operand a = c.given("a", new Shape(p.batch(), p.k(), p.m()));
        Operand b = c.given("b", new Shape(p.batch(), p.k(), p.n()));
        Shape result = p.shared() ? Shape.matrix(p.m(), p.n()) : p.result();
        Operand out = c.target("c", result, p.accumulate());
        F64 each = a.value().transposed().matMul(b.value()).scaled(p.alpha());
        c.expect(out, p.shared() ? each.sumOfBatch() : each);
        MatMulLeftTransposed.record(c.program(), a.buffer(), b.buffer(), out.buffer(), p.alpha(), p.accumulate());
        return c.build();
    }

    private static OpCase project(Sizes.Product p) {
        var c = new OpCase.Builder("project " + p);
        Operand x = c.given("x", p.left());
        Operand w = c.given("w", Shape.matrix(p.n(), p.k()));
        Operand bias = c.given("bias", Shape.vector(p.n()));
        Operand y = c.target("y", p.result(), false);
        c.expect(y, x.value().matMul(w.value().transposed()).plus(bias.value()));
        return c.build(new Project(x.buffer(), w.buffer(), bias.buffer(), y.buffer()));
    }
}
