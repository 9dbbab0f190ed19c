package farsight.doctor;

/**
 * One thing that was checked.
 *
 * @param subject what, in a word or two
 * @param status how it came out
 * @param found what was found, in one line
 * @param advice what to do about it; empty where nothing needs doing
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
