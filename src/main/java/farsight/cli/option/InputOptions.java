package farsight.cli.option;

import farsight.block.Block;
import farsight.cli.output.Console;
import farsight.model.ImageSize;
import farsight.model.Input;
import farsight.model.OpenModel;
import farsight.program.Buffer;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The input features of a command. */
public final class InputOptions {

    @Option(
            names = "--input",
            required = true,
            paramLabel = "FILE",
            description = "The features: safetensors with a tensor x, [B, C, H, W], [B, C, N] or [B, C, T, H, W]; an"
                    + " image; or a point cloud (PCD, PLY).")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Mixin
    private final SizeOptions size = new SizeOptions();

    /** The given file. */
    public Path file() {
        return file;
    }

    /** The size of an image. */
    public ImageSize size(Console console) {
        return size.size(console);
    }

    /**
     * Opens the given file as features of a block.
     *
     * @param budget most bytes for the features, including temporary memory while reading
     */
    public Input open(Console console, Block block, long seed, long budget) {
        return open(console, file, block, seed, size.size(console), budget);
    }

    /** Opens a file as features of a block. */
    public static Input open(Console console, Path file, Block block, long seed, ImageSize size, long budget) {
        Input input = Input.open(file, block.channels(), seed, size, budget);
        try {
            input.shape().check(input.what(), block);
            if (!input.made().isEmpty()) {
                console.note(input.made());
            }
            input.notes().forEach(note -> console.note("warning: " + note));
            return input;
        } catch (RuntimeException | Error e) {
            input.close();
            throw e;
        }
    }

    /** Warns about NaN and infinite values of an array. */
    public static void warnOfBroken(Console console, String what, OpenModel open, Buffer b) {
        console.warnOfBroken(what, open.nonFinite(b), b.elements());
    }
}
