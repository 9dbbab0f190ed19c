package farsight.data.image;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Interprets the tags of a TIFF file that describe its samples (TIFF 6.0), and tells which ones Java's decoder reads
 * right.
 */
final class TiffFacts {
    private static final int WHITE_IS_ZERO = 0;
    private static final int BLACK_IS_ZERO = 1;
    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final int YCBCR = 6;

    private static final int UNSIGNED = 1;
    private static final int FLOATS = 3;
    private static final int UNDEFINED = 4;

    private TiffFacts() {}

    static ImageFacts of(MemorySegment file, Ifd ifd) {
        List<String> notes = new ArrayList<>();
        int pages = Ifd.count(file);
        if (pages > 1) {
            notes.add("holds %,d pictures: its first is read".formatted(pages));
        }
        long extra = ifd.number(Ifd.SAMPLES, 1) - colours(ifd);
        if (extra > (opacity(ifd) >= 0 ? 1 : 0)) {
            notes.add("has %d samples per pixel that are neither colour nor opacity: they are skipped"
                    .formatted(extra - (opacity(ifd) >= 0 ? 1 : 0)));
        }
        // The decoder unpacks strips beside the picture.
        return new ImageFacts(
                Orientation.of(ifd.number(Ifd.ORIENTATION, 1)),
                refusal(ifd),
                List.copyOf(notes),
                Optional.of(ifd),
                false,
                8,
                Long.MAX_VALUE);
    }

    /** Number of a pixel's samples that are colour. */
    static int colours(Ifd ifd) {
        long photometric = photometric(ifd);
        return photometric == RGB || photometric == YCBCR ? 3 : 1;
    }

    // Where a file does not say, Java takes three samples as colours.
    private static long photometric(Ifd ifd) {
        return ifd.number(Ifd.PHOTOMETRIC, ifd.number(Ifd.SAMPLES, 1) < 3 ? BLACK_IS_ZERO : RGB);
    }

    /** Index of a pixel's opacity sample; −1 where the file names none. */
    static int opacity(Ifd ifd) {
        long[] extra = ifd.of(Ifd.EXTRA_SAMPLES, 0);
        for (int i = 0; i < extra.length; i++) {
            if (extra[i] == 1 || extra[i] == 2) {
                return colours(ifd) + i;
            }
        }
        return -1;
    }

    /** Whether colours are already multiplied by the opacity. */
    static boolean premultiplied(Ifd ifd) {
        int opacity = opacity(ifd);
        return opacity >= 0 && ifd.of(Ifd.EXTRA_SAMPLES, 0)[opacity - colours(ifd)] == 1;
    }

    private static Optional<String> refusal(Ifd ifd) {
        long photometric = photometric(ifd);
        long[] bits = ifd.of(Ifd.BITS, 1);
        long[] formats = ifd.of(Ifd.SAMPLE_FORMAT, UNSIGNED);
        if (photometric > PALETTE && photometric != YCBCR) {
            String name = photometric == 5 ? "CMYK inks" : photometric == 8 ? "CIE L*a*b*" : "kind " + photometric;
            return Optional.of("has colours of " + name);
        }
        if (!alike(formats) || (!alike(bits) && !Arrays.equals(bits, new long[] {5, 6, 5}))) {
            return Optional.of("has samples of different kinds in a pixel");
        }
        long format = formats[0];
        if (format != UNSIGNED && format != FLOATS && format != UNDEFINED) {
            return Optional.of("has %s samples".formatted(format == 2 ? "signed" : "complex"));
        }
        boolean whole = format != FLOATS;
        boolean readable =
                whole ? List.of(1L, 2L, 4L, 5L, 8L, 16L, 32L).contains(bits[0]) : bits[0] == 32 || bits[0] == 64;
        if (!readable || (bits[0] == 5 && bits.length != 3)) {
            return Optional.of("has %s samples of %d bits".formatted(whole ? "whole" : "float", bits[0]));
        }
        if (whole && bits[0] == 32 && photometric == WHITE_IS_ZERO) {
            return Optional.of("has samples of 32 bits in which 0 is white");
        }
        if (photometric == YCBCR && (!whole || bits[0] != 8)) {
            return Optional.of("has YCbCr of %d bits".formatted(bits[0]));
        }
        if (photometric == PALETTE && ifd.number(Ifd.SAMPLES, 1) != 1) {
            return Optional.of("has a palette and %d samples per pixel".formatted(ifd.number(Ifd.SAMPLES, 1)));
        }
        return Optional.empty();
    }

    private static boolean alike(long[] numbers) {
        return Arrays.stream(numbers).distinct().count() == 1;
    }
}
