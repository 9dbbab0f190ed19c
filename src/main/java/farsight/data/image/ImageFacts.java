package farsight.data.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Properties of an image file that its decoder ignores: its orientation, the meaning of its samples, whether it holds
 * more than one picture. They are read from the file's structure, never beyond its bytes.
 *
 * @param orientation how to turn it upright
 * @param refusal why its samples would be misread, as "has …"; empty where they are read right
 * @param notes warnings for the reader, as "has …" or "is …"
 * @param ifd the directory of a TIFF file
 * @param wholeOnly whether the order of its rows requires reading the whole picture
 * @param scratch bytes per pixel that its decoder takes beside the samples
 * @param mostPixels the most pixels that this many bytes can hold
 */
record ImageFacts(
        Orientation orientation,
        Optional<String> refusal,
        List<String> notes,
        Optional<Ifd> ifd,
        boolean wholeOnly,
        int scratch,
        long mostPixels) {

    static ImageFacts of(MemorySegment file) {
        String start = text(file, 0, 8);
        if (start.startsWith("\u00ff\u00d8")) {
            return jpeg(file);
        }
        if (start.startsWith("\u0089PNG")) {
            return png(file);
        }
        if (start.startsWith("GIF8")) {
            return gif(file);
        }
        return Ifd.first(file).map(ifd -> TiffFacts.of(file, ifd)).orElseGet(ImageFacts::plain);
    }

    private static ImageFacts plain() {
        return new ImageFacts(
                Orientation.UPRIGHT, Optional.empty(), List.of(), Optional.empty(), false, 1, Long.MAX_VALUE);
    }

    private static ImageFacts jpeg(MemorySegment file) {
        Orientation orientation = Orientation.UPRIGHT;
        long components = 3;
        boolean progressive = false;
        long at = 2;
        while (at + 4 <= file.byteSize() && Ifd.unsigned(file, at, 1, ByteOrder.BIG_ENDIAN) == 0xff) {
            int marker = (int) Ifd.unsigned(file, at + 1, 1, ByteOrder.BIG_ENDIAN);
            if (marker == 0xff) {
                at++;
                continue;
            }
            long length = Ifd.unsigned(file, at + 2, 2, ByteOrder.BIG_ENDIAN);
            long end = at + 2 + length;
            // The pixel data begins.
            if (marker == 0xda || marker == 0xd9 || length < 2 || end > file.byteSize()) {
                break;
            }
            if (marker == 0xe1
                    && orientation.isUpright()
                    && text(file, at + 4, 6).equals("Exif\0\0")
                    && length > 8) {
                orientation = exif(file.asSlice(at + 10, end - at - 10));
            } else if (isFrame(marker) && length >= 8) {
                components = Ifd.unsigned(file, at + 9, 1, ByteOrder.BIG_ENDIAN);
                progressive |= (marker & 3) == 2;
            }
            at = end;
        }
        // The decoder holds progressive files whole, two bytes per coefficient.
        return new ImageFacts(
                orientation,
                components > 3
                        ? Optional.of("has %d components, such as CMYK inks".formatted(components))
                        : Optional.empty(),
                List.of(),
                Optional.empty(),
                false,
                progressive ? 2 * (int) Math.min(3, components) : 0,
                Long.MAX_VALUE);
    }

    private static boolean isFrame(int marker) {
        return marker == 0xc0 || (marker > 0xc0 && marker <= 0xcf && marker % 4 != 0);
    }

    private static Orientation exif(MemorySegment tiff) {
        return Ifd.first(tiff)
                .map(ifd -> Orientation.of(ifd.number(Ifd.ORIENTATION, 1)))
                .orElse(Orientation.UPRIGHT);
    }

    private static ImageFacts png(MemorySegment file) {
        Orientation orientation = Orientation.UPRIGHT;
        List<String> notes = new ArrayList<>();
        Optional<String> refusal = Optional.empty();
        int depth = 0;
        int colour = -1;
        boolean interlaced = false;
        long at = 8;
        while (at + 12 <= file.byteSize()) {
            long length = Ifd.unsigned(file, at, 4, ByteOrder.BIG_ENDIAN);
            long data = at + 8;
            if (length > file.byteSize() - data - 4) {
                break;
            }
            switch (text(file, at + 4, 4)) {
                case "IHDR" -> {
                    if (length >= 13) {
                        depth = (int) Ifd.unsigned(file, data + 8, 1, ByteOrder.BIG_ENDIAN);
                        colour = (int) Ifd.unsigned(file, data + 9, 1, ByteOrder.BIG_ENDIAN);
                        interlaced = Ifd.unsigned(file, data + 12, 1, ByteOrder.BIG_ENDIAN) != 0;
                    }
                }
                // Java compares the level with samples already stretched to eight bits.
                case "tRNS" -> {
                    if (colour == 0 && (depth == 2 || depth == 4)) {
                        refusal = Optional.of("has grey of %d bits with a transparent level".formatted(depth));
                    }
                }
                case "eXIf" -> orientation = exif(file.asSlice(data, length));
                case "acTL" -> notes.add("is animated: its first picture is read");
                default -> {}
            }
            at = data + length + 4;
        }
        // Deflate packs at most 1032 bytes into one; a pixel takes at least one bit.
        return new ImageFacts(
                orientation,
                refusal,
                List.copyOf(notes),
                Optional.empty(),
                interlaced,
                0,
                file.byteSize() * 1032 * 8 / Math.max(1, depth));
    }

    private static ImageFacts gif(MemorySegment file) {
        GifFrames frames = GifFrames.of(file);
        List<String> notes = new ArrayList<>();
        if (frames.count() > 1) {
            notes.add("holds %,d pictures: its first is read".formatted(frames.count()));
        }
        if (frames.partial()) {
            notes.add("has a first picture that covers a part of its screen: only that is read");
        }
        // A code that stands for up to 4096 pixels has at least 12 bits.
        return new ImageFacts(
                Orientation.UPRIGHT,
                frames.interlaced() && frames.height() > 1 && frames.height() < 5
                        ? Optional.of("has %d interlaced rows, fewer than 5".formatted(frames.height()))
                        : Optional.empty(),
                List.copyOf(notes),
                Optional.empty(),
                frames.interlaced(),
                0,
                file.byteSize() * 2731);
    }

    /** Bytes as ISO 8859-1; fewer where the file ends. */
    private static String text(MemorySegment file, long at, int length) {
        long end = Math.min(file.byteSize(), at + length);
        byte[] bytes = file.asSlice(at, Math.max(0, end - at)).toArray(ValueLayout.JAVA_BYTE);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
