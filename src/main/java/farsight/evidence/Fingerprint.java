package farsight.evidence;

import farsight.network.NetworkSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Short hashes of all that a result depends on, by which a study that was changed finds the results that still hold. */
final class Fingerprint {

    private static final int DIGITS = 16;

    private Fingerprint() {}

    /** Of a pair's cost. */
    static String of(Study.Pair pair) {
        Setting s = pair.setting();
        return hash("%s|%s|%d|%d|%s|%s"
                .formatted(network(pair), s.task().describe(), s.batch(), s.steps(), s.seconds(), s.memory()));
    }

    /** Of a trial's result. */
    static String of(Study study, Study.Trial trial, TrialCost cost) {
        return hash("%s|%s|%d|%d|%d|%d|%d|%s"
                .formatted(
                        network(trial.pair()),
                        trial.pair().setting().task().describe(),
                        cost.batch(),
                        cost.steps(),
                        trial.seed(),
                        trial.pair().setting().batch(),
                        study.heldOut(),
                        study.inspected()));
    }

    private static String network(Study.Pair pair) {
        return NetworkSpec.tree(pair.variant().into(pair.setting().network())).toString();
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
