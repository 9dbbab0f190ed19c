package farsight.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Per lane, exp(x) for x up to 88, and 2ᵗ for t below 127.5.
 *
 * <p>exp(x) = 2ⁿ·exp(r) with n = round(x / ln 2) and |r| ≤ ln 2 / 2; exp(r) by the polynomial of Cephes' {@code expf}
 * (S. Moshier, 1989). The result is within {@link #ULPS} of the true value from −87.336, the logarithm of the smallest
 * normal float; below that, −∞ included, it is exactly 0. NaN stays NaN, because the polynomial is multiplied by 2ⁿ
 * instead of adding n to its exponent bits.
 *
 * <p>2ᵗ = 2ⁿ·2ᶠ with n = round(t), f = t − n exactly, and 2ᶠ by the minimax polynomial of degree 6 for the relative
 * error (0.03 units of rounding): six multiply-adds instead of eleven for exp. It is as accurate as exp, with 0 below
 * −126.
 */
public final class Exponential {

    /** exp of this is the smallest normal float; below it results would be subnormal and become 0. */
    static final float UNDERFLOW = -87.3365f;

    /** 2 to this power is the smallest normal float; below it 2ᵗ becomes 0. */
    static final float UNDERFLOW_OF_TWO = -126f;

    /** Maximum error in units in the last place. */
    static final double ULPS = 1.1;

    /** 1 / ln 2. */
    public static final float LOG2_E = 1.442695f;
    /** ln 2 in two parts; the first has so few bits that n times it is exact. */
    private static final float LN2_HIGH = 0.6933594f;

    private static final float LN2_LOW = -2.1219444e-4f;
    /**
     * 1.5·2²³ and the bias of exponents, 127: adding it rounds to the nearest integer n and leaves n's exponent in the
     * low bits.
     */
    private static final float ROUND = 12582912f + 127f;

    private static final int MANTISSA_BITS = 23;

    private Exponential() {}

    public static FloatVector exp(FloatVector x) {
        FloatVector shifted = x.fma(Lanes.broadcast(LOG2_E), Lanes.broadcast(ROUND));
        FloatVector scaled = scaled(polynomial(rest(x, shifted.sub(ROUND))), shifted);
        return scaled.blend(0f, x.compare(VectorOperators.LT, UNDERFLOW));
    }

    /** 2ᵗ. */
    public static FloatVector exp2(FloatVector t) {
        FloatVector shifted = t.add(ROUND);
        FloatVector scaled = scaled(polynomialOfTwo(t.sub(shifted.sub(ROUND))), shifted);
        return scaled.blend(0f, t.compare(VectorOperators.LT, UNDERFLOW_OF_TWO));
    }

    // Split into small methods: a long method is not inlined, and its vectors are boxed.

    /** r = x − n·ln 2. */
    private static FloatVector rest(FloatVector x, FloatVector n) {
        return n.fma(Lanes.broadcast(-LN2_LOW), n.fma(Lanes.broadcast(-LN2_HIGH), x));
    }

    /** exp(r). */
    private static FloatVector polynomial(FloatVector r) {
        FloatVector p = r.fma(Lanes.broadcast(1.9875691e-4f), Lanes.broadcast(1.3981999e-3f));
        p = p.fma(r, Lanes.broadcast(8.333452e-3f));
        p = p.fma(r, Lanes.broadcast(4.1665796e-2f));
        p = p.fma(r, Lanes.broadcast(0.16666666f));
        p = p.fma(r, Lanes.broadcast(5e-1f));
        return p.fma(r.mul(r), r).add(1f);
    }

    /** 2ᶠ. */
    private static FloatVector polynomialOfTwo(FloatVector f) {
        FloatVector p = f.fma(Lanes.broadcast(1.5345812e-4f), Lanes.broadcast(1.339993e-3f));
        p = p.fma(f, Lanes.broadcast(9.618489e-3f));
        p = p.fma(f, Lanes.broadcast(5.5503286e-2f));
        p = p.fma(f, Lanes.broadcast(0.24022646f));
        p = p.fma(f, Lanes.broadcast(0.6931472f));
        return p.fma(f, Lanes.broadcast(1f));
    }

    /** p·2ⁿ, with n's exponent in the low bits of {@code shifted}. */
    private static FloatVector scaled(FloatVector p, FloatVector shifted) {
        IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA_BITS);
        return p.mul(power.reinterpretAsFloats());
    }
}
