package farsight.data.image;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/**
 * The pictures of a GIF file (GIF89a), found by its blocks.
 *
 * @param count number of pictures, as far as the file reaches
 * @param height rows of the first picture
 * @param interlaced whether the first picture's rows come in four passes
 * @param partial whether the first picture covers only part of the screen
 */
record GifFrames(int count, long height, boolean interlaced, boolean partial) {
    private static final int EXTENSION = 0x21;
    private static final int PICTURE = 0x2c;
    private static final int HEADER = 13;
    private static final int DESCRIPTOR = 10;

    static GifFrames of(MemorySegment file) {
        GifFrames found = new GifFrames(0, 0, false, false);
        long at = HEADER + (file.byteSize() < HEADER ? 0 : table(file, HEADER - 3));
        while (at + DESCRIPTOR < file.byteSize()) {
            int kind = (int) Ifd.unsigned(file, at, 1, ByteOrder.LITTLE_ENDIAN);
            if (kind == PICTURE) {
                found = found.count > 0 ? found.more() : first(file, at);
                // After the descriptor come its colours and the code size.
                at = behindBlocks(file, at + DESCRIPTOR + table(file, at + DESCRIPTOR - 1) + 1);
            } else if (kind == EXTENSION) {
                at = behindBlocks(file, at + 2);
            } else {
                break;
            }
        }
        return found;
    }

    private GifFrames more() {
        return new GifFrames(count + 1, height, interlaced, partial);
    }

    private static GifFrames first(MemorySegment file, long at) {
        long width = word(file, at + 5);
        long height = word(file, at + 7);
        boolean interlaced = (Ifd.unsigned(file, at + 9, 1, ByteOrder.LITTLE_ENDIAN) & 0x40) != 0;
        return new GifFrames(1, height, interlaced, width < word(file, 6) || height < word(file, 8));
    }

    /** The bytes of the colour table that a packed byte announces. */
    private static long table(MemorySegment file, long at) {
        long packed = Ifd.unsigned(file, at, 1, ByteOrder.LITTLE_ENDIAN);
        return (packed & 0x80) == 0 ? 0 : 3L << ((packed & 7) + 1);
    }

    private static long behindBlocks(MemorySegment file, long begin) {
        long at = begin;
        while (at < file.byteSize()) {
            long length = Ifd.unsigned(file, at, 1, ByteOrder.LITTLE_ENDIAN);
            at += 1 + length;
            if (length == 0) {
                break;
            }
        }
        return at;
    }

    private static long word(MemorySegment file, long at) {
        return Ifd.unsigned(file, at, 2, ByteOrder.LITTLE_ENDIAN);
    }
}
