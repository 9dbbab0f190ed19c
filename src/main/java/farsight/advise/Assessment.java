package farsight.advise;

import java.util.List;
import java.util.Optional;

/**
 * A candidate's costs, losses and verdict.
 *
 * @param candidate the block
 * @param verdict whether it fits
 * @param why it does not, or cannot be made; empty if it fits
 * @param demand its memory and operations; empty if it cannot be made or refuses the grid
 * @param time of a run
 * @param losses one for each task that it was measured on; empty where nothing was
 * @param change ways to make it fit; of a block that fits, the largest sizes
 */
public record Assessment(
        Candidate candidate,
        Verdict verdict,
        String why,
        Optional<Demand> demand,
        TimeFigure time,
        List<Loss> losses,
        Change change) {

    /** Whether a block fits. */
    public enum Verdict {
        /** It keeps the limits. */
        FITS,
        /** Its memory does not fit; perhaps its time neither. */
        MEMORY,
        /** Its memory fits, its run is too long. */
        TIME,
        /** Its memory fits; whether its run is short enough is not known. */
        UNTIMED,
        /** It refuses these channels, this d, or this grid. */
        IMPOSSIBLE;

        /** As in JSON. */
        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Copies the list. */
    public Assessment {
        losses = List.copyOf(losses);
    }

    /** Whether it fits. */
    public boolean fits() {
        return verdict == Verdict.FITS;
    }

    /** Its losses on tasks of one need. */
    public List<Loss> losses(String need) {
        return losses.stream().filter(l -> l.quality().need().equals(need)).toList();
    }
}
