package farsight.op.image;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;
import static farsight.op.Operand.out;

import farsight.kernel.ResampleKernels;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.op.Operand;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.image.ResampleVector;
import java.util.ArrayList;
import java.util.List;

/**
 * Maps of positions resampled to another size.
 *
 * @param x [B, maps·height·width, C]
 * @param y [B, maps·outHeight·outWidth, C]
 */
public record Resample(Buffer x, Buffer y, Sides sides) implements Op {

    private static final Kernel RESAMPLED =
            Kernel.of(ResampleKernels::resampled).vector(ResampleVector.class);
    private static final Kernel GRADIENT =
            Kernel.of(ResampleKernels::resampledGradient).vector(ResampleVector.class);

    /** The sides of the maps before and after, and how they are resampled. */
    public record Sides(long height, long width, long outHeight, long outWidth, Upsampling mode) {

        /**
         * Checks the sides.
         *
         * @throws IllegalArgumentException if one is less than 1, or their ratio needs more than an int
         */
        public Sides {
            if (height < 1 || width < 1 || outHeight < 1 || outWidth < 1) {
                throw new IllegalArgumentException(
                        "maps of %d·%d to %d·%d: expected at least 1".formatted(height, width, outHeight, outWidth));
            }
            check(height, outHeight, mode);
            check(width, outWidth, mode);
        }

        /** Kernels compute positions from products of these. */
        private static void check(long n, long m, Upsampling mode) {
            long[] ratio = ratio(n, m, mode);
            if (Math.max(2.0 * (m + 1) * ratio[0], 2.0 * (n + 1) * ratio[1]) + ratio[0] + ratio[1]
                    > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "%d positions to %d: too many for their ratio %d/%d".formatted(n, m, ratio[0], ratio[1]));
            }
        }

        /** n/m in lowest terms, or (n − 1)/(m − 1). */
        private static long[] ratio(long n, long m, Upsampling mode) {
            boolean aligned = mode == Upsampling.LINEAR_ALIGNED;
            long p = aligned ? n - 1 : n;
            long q = aligned ? Math.max(m - 1, 1) : m;
            long a = p;
            long b = q;
            while (b != 0) {
                long rest = a % b;
                a = b;
                b = rest;
            }
            return new long[] {p / a, q / a};
        }

        /** The shape of the result for features of this shape. */
        public Shape resampled(Shape x) {
            return new Shape(x.batch(), maps(x.rows()) * outHeight * outWidth, x.cols());
        }

        private long maps(long positions) {
            if (positions % (height * width) != 0) {
                throw new IllegalArgumentException(
                        "%d positions are not maps of %d·%d".formatted(positions, height, width));
            }
            return positions / (height * width);
        }

        private Object[] arguments(Operand read, Operand written, Shape x, int... rest) {
            List<Object> all = new ArrayList<>(List.of(read, written, size(x.batch() * maps(x.rows()))));
            for (long side : new long[] {height, width, outHeight, outWidth, x.cols()}) {
                all.add(size(side));
            }
            for (long[] ratio : List.of(ratio(height, outHeight, mode), ratio(width, outWidth, mode))) {
                all.add(size(ratio[0]));
                all.add(size(ratio[1]));
            }
            all.add(mode.code());
            for (int number : rest) {
                all.add(number);
            }
            return all.toArray();
        }
    }

    @Override
    public List<Call> calls() {
        return List.of(RESAMPLED.call(sides.arguments(in(x), out(y), x.shape())).by(new Launch.Elements(y.shape())));
    }

    @Override
    public long flops() {
        return 9 * y.elements();
    }

    /**
     * dx = Σ over the outputs that read a position of what they take of it times dy, or dx += that.
     *
     * @param dy [B, maps·outHeight·outWidth, C]
     * @param dx [B, maps·height·width, C]
     */
    public record Gradient(Buffer dy, Buffer dx, Sides sides, boolean accumulate) implements Op {

        @Override
        public List<Call> calls() {
            return List.of(GRADIENT.call(sides.arguments(in(dy), into(dx, accumulate), dx.shape(), flag(accumulate)))
                    .by(new Launch.Elements(dx.shape())));
        }

        @Override
        public long flops() {
            return 8 * dy.elements();
        }
    }
}
