package farsight.doctor;

/**
 * The result of one check.
 *
 * @param subject in a word or two
 * @param status its outcome
 * @param found one line
 * @param advice what to do; empty if nothing
 */
public record Finding(String subject, Outcome status, String found, String advice) {

    static Finding ok(String subject, String found) {
        return new Finding(subject, Outcome.OK, found, "");
    }

    static Finding note(String subject, String found, String advice) {
        return new Finding(subject, Outcome.NOTE, found, advice);
    }

    static Finding none(String subject, String found, String advice) {
        return new Finding(subject, Outcome.NONE, found, advice);
    }

    static Finding warn(String subject, String found, String advice) {
        return new Finding(subject, Outcome.WARN, found, advice);
    }

    static Finding missing(String subject, String found, String advice) {
        return new Finding(subject, Outcome.MISSING, found, advice);
    }

    static Finding broken(String subject, String found, String advice) {
        return new Finding(subject, Outcome.BROKEN, found, advice);
    }
}
