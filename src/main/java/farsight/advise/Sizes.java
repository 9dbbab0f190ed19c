package farsight.advise;

import farsight.block.Block;
import farsight.block.Grid;
import farsight.block.Pass;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/**
 * Grids of rising N that resemble the asked one: lines of k positions, or k rows at its aspect ratio and its number of
 * frames.
 *
 * @param asked the asked grid
 * @param lines whether the grids are lines
 * @param least the smallest k that the block accepts, 1 or 2: a window to pool takes two rows
 */
record Sizes(Grid asked, boolean lines, long least) {

    /** As many positions as a picture can have; programs count further, devices do not. */
    private static final long MOST = Integer.MAX_VALUE;

    /** Lines where N was given as a number and the block does not depend on its rows and columns. */
    static Sizes of(Block block, Grid asked, boolean number, Pass pass) {
        boolean lines = asked.kind() == Grid.Kind.LINE
                || (number && block.grids().contains(Grid.Kind.LINE) && Demand.sameOnLine(block, asked, pass));
        Sizes sizes = new Sizes(asked, lines, 1);
        return Demand.accepted(block, sizes.at(1), pass) ? sizes : new Sizes(asked, lines, 2);
    }

    /** The grid of size k, at least 1. */
    Grid at(long k) {
        if (lines) {
            return Grid.points(k);
        }
        long columns = Math.max(1, Math.round((double) k * asked.width() / asked.height()));
        return asked.kind() == Grid.Kind.VIDEO ? new Grid(asked.frames(), k, columns) : new Grid(k, columns);
    }

    /** The grid of the largest size that holds, where the next does not; empty if not even the smallest does. */
    Optional<Grid> largest(Predicate<Grid> holds) {
        long k = largest(i -> holds.test(at(i)), least, MOST);
        return k == 0 ? Optional.empty() : Optional.of(at(k));
    }

    /** The largest k from least to most that holds, where k + 1 does not; 0 if the least does not. */
    static long largest(LongPredicate holds, long least, long most) {
        if (most < least || !holds.test(least)) {
            return 0;
        }
        long low = least;
        long high = 2 * least;
        while (high <= most && holds.test(high)) {
            low = high;
            high *= 2;
        }
        high = Math.min(high, most + 1);
        while (high - low > 1) {
            long middle = low + (high - low) / 2;
            if (holds.test(middle)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
