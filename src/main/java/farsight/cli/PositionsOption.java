package farsight.cli;

import farsight.block.Grid;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A number of positions on the command line, {@code 250000}, or a grid, {@code 500x500}.
 *
 * @param grid of the positions; for a plain number, the grid nearest to a square
 */
record PositionsOption(Grid grid) {

    /** Parses the text. */
    static final class Converter implements ITypeConverter<PositionsOption> {
        @Override
        public PositionsOption convert(String text) {
            String[] sides = text.split("x", 2);
            try {
                long first = number(text, sides[0]);
                return new PositionsOption(sides.length == 1 ? square(first) : new Grid(first, number(text, sides[1])));
            } catch (NumberFormatException e) {
                throw new TypeConversionException(
                        "'" + text + "' is not a number of positions; write for example 250000 or 500x500");
            }
        }
    }

    private static long number(String text, String digits) {
        long number = Long.parseLong(digits);
        if (number < 1) {
            throw new TypeConversionException("'" + text + "': expected at least 1 position");
        }
        return number;
    }

    private static Grid square(long positions) {
        // More positions than a picture can have are points; blocks that need a grid are for pictures.
        return positions > Integer.MAX_VALUE ? Grid.points(positions) : Grid.near(positions, 1);
    }
}
