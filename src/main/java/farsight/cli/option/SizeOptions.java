package farsight.cli.option;

import farsight.cli.output.Console;
import farsight.model.ImageSize;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options for the size to which an image is resized. */
public final class SizeOptions {

    /** Reads {@code 640x480}. */
    static final class SizeConverter implements ITypeConverter<ImageSize> {
        @Override
        public ImageSize convert(String text) {
            String[] sides = text.split("x", -1);
            try {
                return ImageSize.exactly(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
            } catch (RuntimeException e) {
                throw new TypeConversionException(
                        "'" + text + "' is not an image size; write width and height, for example 640x480");
            }
        }
    }

    @Option(
            names = "--size",
            paramLabel = "WxH",
            converter = SizeConverter.class,
            description = "Resize an image to this width and height.")
    private @Nullable ImageSize size;

    @Option(
            names = "--positions",
            paramLabel = "N",
            description = "Resize an image to N positions, at the aspect ratio nearest to its own.")
    private @Nullable Long positions;

    /** Whether a size was given. */
    public boolean given() {
        return size != null || positions != null;
    }

    /** The given size. */
    public ImageSize size(Console console) {
        if (size != null && positions != null) {
            throw console.usage("expected --size or --positions, not both");
        }
        if (positions != null) {
            return ImageSize.positions(positions);
        }
        return size == null ? ImageSize.asStored() : size;
    }
}
