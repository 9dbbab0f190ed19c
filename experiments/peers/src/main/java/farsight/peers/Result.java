package farsight.peers;

import farsight.block.Pass;
import farsight.peers.problem.Case;
import farsight.peers.problem.Side;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** All that was measured of one case, pass and setting. */
final class Result {

    private final Case measured;
    private final Pass pass;
    private final Setting setting;
    private final Work work;
    private final List<Long> nanos = new ArrayList<>();
    private List<Long> searchNanos = List.of();
    private long peakBytes = -1;
    private double error = Double.NaN;
    private boolean agrees = true;
    private String facts = "";

    Result(Case measured, Pass pass, Setting setting) {
        this.measured = measured;
        this.pass = pass;
        this.setting = setting;
        work = Work.of(measured, pass);
    }

    /** What the search for settings found. */
    void searched(Fork.Timed timed) {
        searchNanos = timed.nanos().stream().sorted().toList();
        facts = timed.facts();
    }

    /**
     * How results compare.
     *
     * @param difference from ours, or from themselves where there are none of ours: then NaN where they have one
     * @param ours whether there are
     */
    void compared(double difference, boolean ours) {
        agrees = difference <= Agreement.MOST;
        error = ours && setting.side() != Side.FARSIGHT || !agrees ? difference : Double.NaN;
    }

    /** Of one round. */
    void add(Fork.Timed timed) {
        nanos.addAll(timed.nanos());
        Collections.sort(nanos);
        facts = timed.facts();
    }

    void peak(long bytes) {
        peakBytes = bytes;
    }

    Case measured() {
        return measured;
    }

    Pass pass() {
        return pass;
    }

    Setting setting() {
        return setting;
    }

    /** Whether the results are ours; true where nobody looked. */
    boolean agrees() {
        return agrees;
    }

    /** Of all rounds. */
    int runs() {
        return nanos.size();
    }

    /** Of all rounds; NaN before the first. */
    double medianMs() {
        int n = nanos.size();
        return n == 0 ? Double.NaN : (nanos.get((n - 1) / 2) + nanos.get(n / 2)) / 2e6;
    }

    double minMs() {
        return nanos.isEmpty() ? Double.NaN : nanos.getFirst() / 1e6;
    }

    /** The least time of the search, whose few runs company would spoil else; infinite before it. */
    double searchMinMs() {
        return searchNanos.isEmpty() ? Double.POSITIVE_INFINITY : searchNanos.getFirst() / 1e6;
    }

    /** The share of the machine's multiply-add rate at the least time; NaN if either is unknown. */
    double ofFlops(Roof roof) {
        return work.flops() / (minMs() / 1e3) / roof.flops();
    }

    /**
     * The share of the machine's copy rate at the least time: bytes of the case's operands, each counted once, a second.
     * Operands in the caches may exceed 1.
     */
    double ofBytes(Roof roof) {
        return work.bytes() / (minMs() / 1e3) / roof.bytes();
    }

    /** In one run. */
    Work work() {
        return work;
    }

    /** −1 where it was not measured. */
    long peakBytes() {
        return peakBytes;
    }

    /** Of Farsight's results against this side's; NaN where they were not compared. */
    double error() {
        return error;
    }

    /** Which build; empty where unknown. */
    String facts() {
        return facts;
    }

    /** {@code gc-65536 both: libtorch, 2+1, kept}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s %s: %s", measured.name(), measured.word(pass), setting);
    }
}
