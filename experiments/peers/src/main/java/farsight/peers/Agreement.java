package farsight.peers;

import farsight.data.Safetensors;
import farsight.data.Tensor;
import java.nio.file.Path;
import java.util.Map;

/** Whether two sides computed the same. */
final class Agreement {

    /** The most by which they may differ. */
    static final double MOST = 1e-4;

    /**
     * Part of the largest gradient below which one counts as nothing: a bias that a softmax does not see has the
     * gradient 0, and of rounding errors no digits agree.
     */
    private static final double NOTHING = 1e-3;

    private Agreement() {}

    /** The largest ‖ours − theirs‖ / ‖theirs‖ of all results; NaN where either has one. */
    static double error(Path ours, Path theirs) {
        Map<String, Tensor> a = Safetensors.read(ours);
        Map<String, Tensor> b = Safetensors.read(theirs);
        if (!a.keySet().equals(b.keySet())) {
            throw new IllegalStateException("results differ in kind: " + a.keySet() + ", " + b.keySet());
        }
        double largest = 0;
        for (Map.Entry<String, Tensor> e : b.entrySet()) {
            if (!isFeatures(e.getKey())) {
                largest = Math.max(largest, norm(e.getValue()));
            }
        }
        double worst = 0;
        for (Map.Entry<String, Tensor> e : b.entrySet()) {
            double floor = isFeatures(e.getKey()) ? 0 : NOTHING * largest;
            double error = distance(a.get(e.getKey()), e.getValue()) / Math.max(norm(e.getValue()), floor);
            worst = Math.max(worst, error);
        }
        return worst;
    }

    private static boolean isFeatures(String name) {
        return name.equals("c") || name.equals("x") || name.equals("y") || name.equals("losses");
    }

    private static double norm(Tensor t) {
        double sum = 0;
        for (long i = 0; i < t.elements(); i++) {
            sum += (double) t.get(i) * t.get(i);
        }
        return Math.sqrt(sum);
    }

    private static double distance(Tensor a, Tensor b) {
        if (a.elements() != b.elements()) {
            throw new IllegalStateException("a result has %,d values and %,d".formatted(a.elements(), b.elements()));
        }
        double sum = 0;
        for (long i = 0; i < a.elements(); i++) {
            double d = (double) a.get(i) - b.get(i);
            sum += d * d;
        }
        return Math.sqrt(sum);
    }
}
