package farsight.evidence;

import farsight.data.Tensor;
import farsight.network.NetworkSpec;
import farsight.task.Task;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Short hashes of the inputs that a result depends on, by which a study that was changed finds the results that still hold. */
final class Fingerprint {

    private static final int DIGITS = 16;
    private static final int SAMPLES = 8;

    private Fingerprint() {}

    /** Of a pair's cost. */
    static String of(Study.Pair pair) {
        Setting s = pair.setting();
        return hash(
                "%s|%s|%d|%d|%s|%s".formatted(network(pair), task(s), s.batch(), s.steps(), s.seconds(), s.memory()));
    }

    /** Of a trial's result. */
    static String of(Study study, Study.Trial trial, TrialCost cost) {
        return hash("%s|%s|%d|%d|%d|%d|%d|%s"
                .formatted(
                        network(trial.pair()),
                        task(trial.pair().setting()),
                        cost.batch(),
                        cost.steps(),
                        trial.seed(),
                        trial.pair().setting().batch(),
                        study.heldOut(),
                        study.inspected()));
    }

    /** The task, and what its generator draws: a changed one draws other labels. */
    private static String task(Setting setting) {
        return setting.task().describe() + setting.drawn();
    }

    /** The labels of a task's first held-out samples. */
    static String drawn(Task task) {
        Tensor labels = task.heldOut(SAMPLES).batch(0).label();
        StringBuilder text = new StringBuilder();
        for (long i = 0; i < labels.elements(); i++) {
            text.append((int) labels.get(i)).append(',');
        }
        return hash(text.toString());
    }

    private static String network(Study.Pair pair) {
        return NetworkSpec.tree(pair.network()).toString();
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
