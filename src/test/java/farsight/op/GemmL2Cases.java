package farsight.op;

import farsight.op.OpCase.Operand;
import farsight.op.element.ScaledResidual;
import farsight.op.norm.L2Rows;
import farsight.op.product.GemmL2;
import farsight.op.product.GemmL2Gradient;
import farsight.op.product.GemmSoftmaxGradient;
import farsight.op.product.MatMul;
import farsight.op.product.ProjectedResidual;
import farsight.program.Shape;
import java.util.stream.Stream;

/** Cases of products with an epilogue: a norm, the gradient of a normed matrix or of a softmax, or a residual. */
final class GemmL2Cases {

    private GemmL2Cases() {}

    static Stream<OpCase> all(Sizes sizes) {
        return sizes.products().stream().flatMap(GemmL2Cases::of);
    }

    /** All of them of these extents. */
    static Stream<OpCase> of(Sizes.Product p) {
        return Stream.of(
                unit(p),
                gradient(p, GemmL2Gradient.Norm.ROWS),
                gradient(p, GemmL2Gradient.Norm.POSITIONS),
                softmaxGradient(p),
                residual(p));
    }

    private static OpCase unit(Sizes.Product p) {
        boolean relu = p.accumulate();
        var c = new OpCase.Builder("gemmL2 " + p + (relu ? " relu" : ""));
        Operand a = c.given("a", p.left());
        Operand b = c.given("b", p.rightTransposed());
        F64 product = a.value().matMul(b.value().transposed());
        F64 v = relu ? product.relu() : product;
        Operand y = c.target("y", p.result(), false);
        Operand norms = c.target("norms", v.normOfRows().shape(), false);
        c.expect(y, v.unitRows());
        c.expect(norms, v.normOfRows());
        return c.build(new GemmL2(into(a, b, y), new L2Rows(y.buffer(), y.buffer(), norms.buffer(), relu)));
    }

    private static MatMul into(Operand a, Operand b, Operand y) {
        return new MatMul(a.buffer(), b.buffer(), y.buffer(), true, 1f, false);
    }

    private static OpCase residual(Sizes.Product p) {
        var c = new OpCase.Builder("projectedResidual " + p);
        Operand a = c.given("a", p.left());
        Operand b = c.given("b", p.rightTransposed());
        Operand x = c.given("x", p.result());
        Operand gamma = c.given("gamma", Shape.vector(1));
        Operand y = c.target("y", p.result(), false);
        F64 product = a.value().matMul(b.value().transposed());
        c.expect(y, x.value().plus(product.scaled(gamma.value().at(0, 0, 0))));
        return c.build(new ProjectedResidual(
                into(a, b, y), new ScaledResidual(x.buffer(), y.buffer(), gamma.buffer(), y.buffer())));
    }

    private static OpCase gradient(Sizes.Product p, GemmL2Gradient.Norm norm) {
        boolean rows = norm == GemmL2Gradient.Norm.ROWS;
        boolean relu = p.accumulate();
        String name = rows ? "gemmL2Gradient " : "gemmL2PositionsGradient ";
        var c = new OpCase.Builder(name + p + (relu ? " relu" : ""));
        Operand a = c.given("a", p.left());
        Operand b = c.given("b", p.rightTransposed());
        F64 x = NormalizingCases.someNegative(c.normal(p.result()));
        F64 v = relu ? x.relu() : x;
        Operand y = c.given("y", rows ? v.unitRows() : v.unitColumns());
        Operand norms = c.given("norms", rows ? v.normOfRows() : v.normOfColumns());
        F64 dy = a.value().matMul(b.value().transposed());
        F64 terms = y.value().times(dy);
        Operand delta = c.given("delta", rows ? terms.sumOfRows() : terms.sumOfColumns());
        Operand dx = c.target("dx", p.result(), false);
        c.expect(
                dx, NormalizingCases.unitGradient(y.value(), dy, delta.value(), norms.value(), relu), terms(dy, norms));
        return c.build(new GemmL2Gradient(
                a.buffer(), b.buffer(), y.buffer(), norms.buffer(), delta.buffer(), dx.buffer(), relu, norm));
    }

    /** What cancels in a unit vector's gradient, all of it where the vector has one element. */
    private static F64 terms(F64 dy, Operand norms) {
        return dy.with(norms.value(), (g, norm) -> norm > 0 ? g / norm : 0);
    }

    private static OpCase softmaxGradient(Sizes.Product p) {
        float scale = p.alpha();
        var c = new OpCase.Builder("gemmSoftmaxGradient " + p);
        Operand a = c.given("a", p.left());
        Operand b = c.given("b", p.rightTransposed());
        Operand y = c.given("y", c.normal(p.result()).scaled(scale).softmaxOfRows());
        F64 dy = a.value().matMul(b.value().transposed());
        Operand delta = c.given("delta", y.value().times(dy).sumOfRows());
        Operand dx = c.target("dx", p.result(), false);
        // With one column every weight is 1 and the gradient cancels to 0.
        F64 terms = y.value().times(dy).scaled(scale);
        c.expect(dx, terms.minus(y.value().times(delta.value()).scaled(scale)), terms);
        return c.build(new GemmSoftmaxGradient(a.buffer(), b.buffer(), y.buffer(), delta.buffer(), dx.buffer(), scale));
    }
}
