package farsight.check;

import farsight.data.Synthetic;
import farsight.data.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.DoubleUnaryOperator;

/**
 * Compares gradients with differences of the outputs, tensor by tensor, along random directions:
 *
 * <pre>
 *   L = Σ y·u  with a fixed random u, summed in float64 from the float32 y
 *   claimed ⟨∂L/∂t, v⟩  against  dL(t + h·v)/dh at h = 0
 * </pre>
 *
 * <p>The noise of L is the larger of the rounding of y's last bits, 2^−24·√(Σ(y·u)²), and of the estimate
 * {@link Slope#noiseVariance}.
 *
 * @param directions for each tensor, at least 1
 * @param tolerance part of a slope's size by which a gradient may deviate, above 0
 * @param seed of u and of the directions
 */
public record GradientCheck(int directions, double tolerance, long seed) {

    /** Default number of directions. */
    public static final int DIRECTIONS = 5;

    /** One part in a hundred: float32 differences resolve a little better, and mistakes are larger. */
    public static final double TOLERANCE = 0.01;

    /** Half a unit in the last place of a float32 of size 1. */
    private static final double ROUNDING = 0x1p-24;

    /** Checks the numbers. */
    public GradientCheck {
        if (directions < 1) {
            throw new IllegalArgumentException("directions must be at least 1, not " + directions);
        }
        if (!(tolerance > 0)) {
            throw new IllegalArgumentException("tolerance must be above 0, not " + tolerance);
        }
    }

    /** Checks every tensor of the function's point, in its order. */
    public List<TensorCheck> of(Differentiable f) {
        Tensor u = normal(seed, f.point().firstEntry().getValue().shape());
        SequencedMap<String, Tensor> claims = f.gradients(u);
        SequencedMap<String, List<Direction>> all = new LinkedHashMap<>();
        long directionSeed = seed;
        for (String name : f.point().sequencedKeySet()) {
            Tensor claim = Objects.requireNonNull(claims.get(name), name);
            all.put(name, directions(f, name, claim, u, ++directionSeed));
        }
        double largest = all.values().stream()
                .mapToDouble(TensorCheck::magnitude)
                .filter(Double::isFinite)
                .max()
                .orElse(0);
        return all.entrySet().stream()
                .map(e -> {
                    Tensor claim = Objects.requireNonNull(claims.get(e.getKey()));
                    return TensorCheck.judge(
                            e.getKey(), claim.elements(), e.getValue(), allZero(claim), tolerance, largest);
                })
                .toList();
    }

    private List<Direction> directions(Differentiable f, String name, Tensor claim, Tensor u, long directionSeed) {
        Tensor at = Objects.requireNonNull(f.point().get(name));
        Tensor moved = Tensor.allocate(at.shape());
        List<Tensor> ways = new ArrayList<>();
        List<DoubleUnaryOperator> losses = new ArrayList<>();
        double variance = 0;
        for (int i = 0; i < directions; i++) {
            Tensor v = direction(at, directionSeed * directions + i);
            DoubleUnaryOperator loss = h -> {
                move(at, v, h, moved);
                return dot(f.outputAt(name, moved), u);
            };
            ways.add(v);
            losses.add(loss);
            variance += Slope.noiseVariance(loss) / directions;
        }
        // One noise estimate for all directions: a single direction has only a few differences.
        double sigma = Math.max(Math.sqrt(variance), ROUNDING * productNorm(f.outputAt(name, at), u));
        List<Direction> all = new ArrayList<>();
        for (int i = 0; i < directions; i++) {
            all.add(new Direction(dot(claim, ways.get(i)), Slope.of(losses.get(i), sigma)));
        }
        return all;
    }

    /** A random v with the norm of {@code at}, or √n where that is 0. */
    private static Tensor direction(Tensor at, long seed) {
        Tensor v = normal(seed, at.shape());
        double norm = Math.sqrt(dot(at, at));
        double wanted = norm > 0 ? norm : Math.sqrt((double) at.elements());
        move(Tensor.allocate(at.shape()), v, wanted / Math.sqrt(dot(v, v)), v);
        return v;
    }

    private static Tensor normal(long seed, long... shape) {
        Tensor t = Tensor.allocate(shape);
        Synthetic.normal(t.values(), t.elements(), seed);
        return t;
    }

    /** {@code into} = at + h·v, in float32. */
    private static void move(Tensor at, Tensor v, double h, Tensor into) {
        MemorySegment values = into.values();
        for (long i = 0; i < at.elements(); i++) {
            values.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (at.get(i) + h * v.get(i)));
        }
    }

    private static boolean allZero(Tensor t) {
        for (long i = 0; i < t.elements(); i++) {
            if (t.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static double dot(Tensor a, Tensor b) {
        double sum = 0;
        for (long i = 0; i < a.elements(); i++) {
            sum += (double) a.get(i) * b.get(i);
        }
        return sum;
    }

    /** √(Σ(a·b)²). */
    private static double productNorm(Tensor a, Tensor b) {
        double sum = 0;
        for (long i = 0; i < a.elements(); i++) {
            double product = (double) a.get(i) * b.get(i);
            sum += product * product;
        }
        return Math.sqrt(sum);
    }
}
