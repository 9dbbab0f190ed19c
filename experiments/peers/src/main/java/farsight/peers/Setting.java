package farsight.peers;

import farsight.peers.problem.Side;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A side, its threads, and what else can be set about it.
 *
 * @param side who computes
 * @param threads of the side's own loops: the vector engine's, or OpenMP's
 * @param blas threads of OpenBLAS below it; 0 where there is none
 * @param allocator of the C library
 * @param channelsLast whether libtorch's maps and filters lie in its format {@code channels_last}
 * @param oneDnn whether libtorch uses oneDNN
 */
record Setting(Side side, int threads, int blas, Allocator allocator, boolean channelsLast, boolean oneDnn) {

    /** All cores. */
    static final int CORES = Runtime.getRuntime().availableProcessors();

    /** Variables by which surroundings tune, or hold back, what is measured here. */
    private static final Pattern TUNING =
            Pattern.compile("(OPENBLAS|GOTO|OMP|GOMP|KMP|MKL|DNNL|ONEDNN|ATEN|TORCH|PYTORCH|MALLOC|GLIBC)_.*");

    Setting(Side side, int threads, int blas) {
        this(side, threads, blas, Allocator.PLAIN, false, true);
    }

    /** All cores and nothing else set. */
    static Setting plain(Side side) {
        return new Setting(side, CORES, side == Side.FARSIGHT ? 0 : CORES);
    }

    /** The threads that are tried. In some blocks libtorch's own and those of the OpenBLAS below compete. */
    static List<Setting> threads(Side side) {
        List<Setting> all = new ArrayList<>(List.of(plain(side)));
        if (CORES > 1) {
            if (side == Side.LIBTORCH) {
                all.add(new Setting(side, CORES, 1));
            }
            all.add(new Setting(side, 1, side == Side.FARSIGHT ? 0 : 1));
        }
        return all;
    }

    Setting with(Allocator other) {
        return new Setting(side, threads, blas, other, channelsLast, oneDnn);
    }

    Setting withChannelsLast() {
        return new Setting(side, threads, blas, allocator, true, oneDnn);
    }

    Setting withoutOneDnn() {
        return new Setting(side, threads, blas, allocator, channelsLast, false);
    }

    /** Leaves of an environment what does not tune, and adds what this setting says. */
    void apply(Map<String, String> environment) {
        environment.keySet().removeIf(name -> TUNING.matcher(name).matches());
        environment.putAll(environment());
    }

    private Map<String, String> environment() {
        Map<String, String> all = new HashMap<>();
        all.put("OMP_NUM_THREADS", String.valueOf(threads));
        all.put("OPENBLAS_NUM_THREADS", String.valueOf(Math.max(blas, 1)));
        if (allocator != Allocator.PLAIN) {
            all.put("GLIBC_TUNABLES", allocator.tunables());
        }
        return all;
    }

    /** {@code 2}, or {@code 2+1} where OpenBLAS has another number. */
    String threadsText() {
        return blas == 0 || blas == threads ? String.valueOf(threads) : threads + "+" + blas;
    }

    /** What is set besides threads, the words of the table; empty where nothing is. */
    String extras() {
        List<String> words = new ArrayList<>();
        if (allocator != Allocator.PLAIN) {
            words.add(allocator.toString());
        }
        if (channelsLast) {
            words.add("channels last");
        }
        if (!oneDnn) {
            words.add("no oneDNN");
        }
        return String.join(", ", words);
    }

    /** {@code libtorch, 2+1, kept}. */
    @Override
    public String toString() {
        return side + ", " + threadsText() + (extras().isEmpty() ? "" : ", " + extras());
    }

    /** For {@link #parse}. */
    String argument() {
        return String.join(
                ":",
                side.name(),
                String.valueOf(threads),
                String.valueOf(blas),
                allocator.name(),
                String.valueOf(channelsLast),
                String.valueOf(oneDnn));
    }

    static Setting parse(String argument) {
        String[] parts = argument.split(":");
        return new Setting(
                Side.valueOf(parts[0]),
                Integer.parseInt(parts[1]),
                Integer.parseInt(parts[2]),
                Allocator.valueOf(parts[3]),
                Boolean.parseBoolean(parts[4]),
                Boolean.parseBoolean(parts[5]));
    }
}
