package farsight.cli;

import farsight.block.Block;
import farsight.data.Tensor;
import farsight.model.ImageSize;
import farsight.model.Input;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The features a command works on. */
final class InputOptions {

    /** Reads {@code 640x480}. */
    static final class SizeConverter implements ITypeConverter<ImageSize> {
        @Override
        public ImageSize convert(String text) {
            String[] sides = text.split("x", -1);
            try {
                return ImageSize.exactly(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
            } catch (RuntimeException e) {
                throw new TypeConversionException(
                        "'" + text + "' is no size of an image; write width and height, for example 640x480");
            }
        }
    }

    @Option(
            names = "--input",
            required = true,
            paramLabel = "FILE",
            description = "The features: safetensors with a tensor x, [B, C, H, W] or [B, C, N]; an image; or a point"
                    + " cloud (PCD, PLY).")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(
            names = "--size",
            paramLabel = "WxH",
            converter = SizeConverter.class,
            description = "Resize an image to this width and height.")
    private @Nullable ImageSize size;

    @Option(
            names = "--positions",
            paramLabel = "N",
            description = "Resize an image to N positions, in the form nearest to its own.")
    private @Nullable Long positions;

    /** The file that was given. */
    Path file() {
        return file;
    }

    /** Opens it as features of a block. */
    Input open(Console console, Block block, long seed) {
        Input input = Input.open(file, block.channels(), seed, size(console));
        try {
            input.shape().check(input.what(), block);
            if (!input.made().isEmpty()) {
                console.note(input.made());
            }
            return input;
        } catch (RuntimeException | Error e) {
            input.close();
            throw e;
        }
    }

    /** The numbers of an input; warns of those that are none. */
    static Tensor numbers(Console console, Input input) {
        Tensor tensor = input.tensor();
        console.warnOfBroken(input.what(), tensor.nonFinite(), tensor.elements());
        return tensor;
    }

    private ImageSize size(Console console) {
        if (size != null && positions != null) {
            throw console.usage("expected --size or --positions, not both");
        }
        if (positions != null) {
            return ImageSize.positions(positions);
        }
        return size == null ? ImageSize.asStored() : size;
    }
}
