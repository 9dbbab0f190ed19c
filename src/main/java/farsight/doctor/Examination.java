package farsight.doctor;

import java.util.List;

/**
 * What was found.
 *
 * @param findings all of them, in the order of the parts that stand on each other
 * @param usable ids of the engines that ran a kernel and gave the right result
 */
public record Examination(List<Finding> findings, List<String> usable) {

    /** Copies the lists. */
    public Examination {
        findings = List.copyOf(findings);
        usable = List.copyOf(usable);
    }

    /** How many things that are set up cannot work. */
    public long bad() {
        return findings.stream().filter(f -> f.status().bad()).count();
    }

    /** How many things work, but not as well as they could. */
    public long warnings() {
        return findings.stream().filter(f -> f.status() == Outcome.WARN).count();
    }
}
