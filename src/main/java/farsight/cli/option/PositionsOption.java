package farsight.cli.option;

import farsight.block.Block;
import farsight.block.Grid;
import farsight.block.spec.SpecException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Positions on the command line: a number such as {@code 250000}, a grid such as {@code 500x500}, or a video such as
 * {@code 8x28x28}.
 *
 * @param extents as written
 */
public record PositionsOption(List<Long> extents) {

    /**
     * The grid for a block. A plain number becomes the grid nearest to a square for a block over rows and columns, one
     * such frame for a block over videos, and a line for a block over sequences.
     *
     * @throws SpecException when the block does not accept the grid
     */
    public Grid grid(Block block) {
        Grid grid =
                extents.size() == 1 ? plain(extents.getFirst(), block.grids().getFirst()) : new Grid(extents);
        if (!block.grids().contains(grid.kind())) {
            throw new SpecException("%s; write for example --n %s, not %s"
                    .formatted(
                            block.expectedFeatures(),
                            example(block.grids().getFirst()),
                            grid.toString().replace('×', 'x')));
        }
        return grid;
    }

    /** A note on the grid that a plain number became, for a block that depends on it; else empty. */
    public Optional<String> note(Block block, Grid grid) {
        return extents.size() == 1 && !block.grids().contains(Grid.Kind.LINE)
                ? Optional.of("%,d positions as %s"
                        .formatted(extents.getFirst(), grid.toString().replace("×", " x ")))
                : Optional.empty();
    }

    private static Grid plain(long positions, Grid.Kind kind) {
        Grid square = square(positions);
        return switch (kind) {
            case LINE -> Grid.points(positions);
            case PLANE -> square;
            case VIDEO -> new Grid(1, square.height(), square.width());
        };
    }

    private static String example(Grid.Kind kind) {
        return switch (kind) {
            case LINE -> "4096";
            case PLANE -> "64x64";
            case VIDEO -> "8x28x28";
        };
    }

    /** Parses the text. */
    public static final class Converter implements ITypeConverter<PositionsOption> {
        @Override
        public PositionsOption convert(String text) {
            try {
                return new PositionsOption(Stream.of(text.split("x", 3))
                        .map(side -> number(text, side))
                        .toList());
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + text
                        + "' is not a number of positions; write for example 250000, 500x500, or 8x28x28 for a video");
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
        // More positions than a picture can have fit no memory in any form: one row says so too.
        return positions > Integer.MAX_VALUE ? new Grid(1, positions) : Grid.near(positions, 1);
    }
}
