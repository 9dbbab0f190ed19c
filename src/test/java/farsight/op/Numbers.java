package farsight.op;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which numbers cases get, in place of normal ones.
 *
 * @param magnitude what the normal numbers of the n-th tensor that a case draws are multiplied by
 * @param poison one number that is put in, or null
 */
record Numbers(IntToDoubleFunction magnitude, @Nullable Poison poison) {

    /** Of the case that is being made. */
    private static final ScopedValue<Numbers> OF_CASE = ScopedValue.newInstance();

    private static final Numbers NORMAL = new Numbers(_ -> 1, null);

    /**
     * A number in the place of another.
     *
     * @param operand which of the case's inputs
     * @param place where in it, from 0, its first element, to 1, its last
     */
    record Poison(int operand, double place, float value) {
        @Override
        public String toString() {
            return value + " in operand " + operand + " at " + place;
        }
    }

    /** All tensors of one magnitude. */
    static Numbers of(double magnitude) {
        return new Numbers(_ -> magnitude, null);
    }

    /** Normal numbers but for one. */
    static Numbers with(Poison poison) {
        return new Numbers(_ -> 1, poison);
    }

    /** Those of the case that is being made. */
    static Numbers current() {
        return OF_CASE.orElse(NORMAL);
    }

    /** The cases, made of these numbers. */
    List<OpCase> make(Supplier<Stream<OpCase>> cases) {
        return ScopedValue.where(OF_CASE, this).call(() -> cases.get().toList());
    }

    /** The n-th tensor, of float32's finite numbers. */
    F64 scaled(int n, F64 normal) {
        double factor = magnitude.applyAsDouble(n);
        return normal.map(v -> (float) Math.clamp(factor * v, -Float.MAX_VALUE, Float.MAX_VALUE));
    }

    /** The n-th input. */
    F64 poisoned(int n, F64 input) {
        if (poison == null || poison.operand != n || input.values().length == 0) {
            return input;
        }
        double[] values = input.values().clone();
        values[(int) Math.round(poison.place * (values.length - 1))] = poison.value;
        return new F64(input.batch(), input.rows(), input.cols(), values);
    }
}
