package farsight.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that an unknown one most likely means. */
public final class Nearest {

    /** Longer names match nothing. */
    private static final int LONGEST = 64;

    /** Shorter names are contained in too many others by chance. */
    private static final int SHORTEST_PART = 3;

    private Nearest() {}

    /**
     * The known name with the fewest changed, added, dropped and swapped characters, if they are at most a third of it.
     * Case, hyphens and underscores do not count. If there is none, a known name contained in the word, as in
     * {@code in_channels}.
     */
    public static Optional<String> of(String word, Collection<String> known) {
        if (word.isBlank() || word.length() > LONGEST) {
            return Optional.empty();
        }
        String plain = plain(word);
        return known.stream()
                .filter(k -> cost(plain, plain(k)) < Integer.MAX_VALUE)
                .min(Comparator.comparingInt(k -> cost(plain, plain(k))));
    }

    /** The name as the end of a message: {@code , did you mean "channels"?}; empty if none is near. */
    public static String hint(String word, Collection<String> known) {
        return of(word, known).map(k -> "; did you mean \"" + k + "\"?").orElse("");
    }

    private static int cost(String word, String known) {
        int distance = distance(word, known);
        if (distance <= Math.max(1, known.length() / 3)) {
            return distance;
        }
        boolean part = (known.length() >= SHORTEST_PART && word.contains(known))
                || (word.length() >= SHORTEST_PART && known.contains(word));
        return part ? LONGEST + distance : Integer.MAX_VALUE;
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
    }

    /** Damerau-Levenshtein distance: a swap of neighbours counts once. */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(d[i - 1][j - 1] + change, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
