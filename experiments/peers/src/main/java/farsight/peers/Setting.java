package farsight.peers;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * A side and its threads.
 *
 * @param side who computes
 * @param threads of the side's own loops: the vector engine's, or OpenMP's
 * @param blas threads of OpenBLAS below it; 0 where there is none
 */
record Setting(Side side, int threads, int blas) {

    /** All cores. */
    static final int CORES = Runtime.getRuntime().availableProcessors();

    /**
     * What is tried for a side. Of libtorch the best counts: its OpenMP threads and those of the OpenBLAS below it get
     * into each other's way in some blocks, so it is also given all cores with products on one of them.
     *
     * @param single whether Farsight runs on one core too
     */
    static List<Setting> of(Side side, boolean single) {
        LinkedHashSet<Setting> all = new LinkedHashSet<>();
        switch (side) {
            case FARSIGHT -> {
                all.add(new Setting(side, CORES, 0));
                if (single) {
                    all.add(new Setting(side, 1, 0));
                }
            }
            case LIBTORCH -> {
                all.add(new Setting(side, CORES, CORES));
                all.add(new Setting(side, CORES, 1));
                all.add(new Setting(side, 1, 1));
            }
            case OPENBLAS -> {
                all.add(new Setting(side, CORES, CORES));
                all.add(new Setting(side, 1, 1));
            }
        }
        return new ArrayList<>(all);
    }

    /** What the libraries read as they start. */
    Map<String, String> environment() {
        String blasThreads = String.valueOf(Math.max(blas, 1));
        return Map.of("OMP_NUM_THREADS", String.valueOf(threads), "OPENBLAS_NUM_THREADS", blasThreads);
    }

    /** {@code 2}, or {@code 2+1} where OpenBLAS has another number. */
    String threadsText() {
        return blas == 0 || blas == threads ? String.valueOf(threads) : threads + "+" + blas;
    }
}
