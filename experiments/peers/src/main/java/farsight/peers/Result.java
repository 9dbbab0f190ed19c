package farsight.peers;

import farsight.block.Pass;
import farsight.program.Program;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** All that was measured of one case, pass and setting. */
final class Result {

    private final Case measured;
    private final Pass pass;
    private final Setting setting;
    private final Program program;
    private final List<Long> nanos = new ArrayList<>();
    private long peakBytes = -1;
    private double error = Double.NaN;
    private String facts = "";

    Result(Case measured, Pass pass, Setting setting) {
        this.measured = measured;
        this.pass = pass;
        this.setting = setting;
        program = FarsightProblem.program(measured, pass);
    }

    void add(List<Long> more) {
        nanos.addAll(more);
        Collections.sort(nanos);
    }

    void once(Fork.Once once, double difference) {
        peakBytes = once.peakBytes();
        facts = once.facts();
        error = difference;
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

    int runs() {
        return nanos.size();
    }

    /** NaN before the first run. */
    double medianMs() {
        int n = nanos.size();
        return n == 0 ? Double.NaN : (nanos.get((n - 1) / 2) + nanos.get(n / 2)) / 2e6;
    }

    double minMs() {
        return nanos.isEmpty() ? Double.NaN : nanos.getFirst() / 1e6;
    }

    /** Of the machine's multiply-adds, what the operations take at the least time; NaN where one is unknown. */
    double ofFlops(Roof roof) {
        return program.flops() / (minMs() / 1e3) / roof.flops();
    }

    /** Of what it copies, what the operations read and write, each operand once, were all of it in memory. */
    double ofBytes(Roof roof) {
        return program.bytesMoved() / (minMs() / 1e3) / roof.bytes();
    }

    /** What Farsight computes, whoever is measured. */
    Program program() {
        return program;
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
}
