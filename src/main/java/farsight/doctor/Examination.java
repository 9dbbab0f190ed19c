package farsight.doctor;

import java.util.List;

/**
 * All findings.
 *
 * @param findings in the order of dependency
 * @param usable ids of the engines that ran a kernel and gave the right result
 */
public record Examination(List<Finding> findings, List<String> usable) {

    /** Copies the lists. */
    public Examination {
        findings = List.copyOf(findings);
        usable = List.copyOf(usable);
    }

    /** Number of things that are set up but cannot work. */
    public long bad() {
        return findings.stream().filter(f -> f.status().bad()).count();
    }

    /** Number of things that work, but not as well as they could. */
    public long warnings() {
        return findings.stream().filter(f -> f.status() == Outcome.WARN).count();
    }
}
