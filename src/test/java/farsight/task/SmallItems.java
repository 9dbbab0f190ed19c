package farsight.task;

import farsight.data.image.IdxBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A data set in the format of Fashion-MNIST with few and small items. */
final class SmallItems {

    static final int SIDE = 4;
    static final int EACH = 6;

    private SmallItems() {}

    /** Pixel of an item. */
    interface Pixels {
        /** 0 … 255. */
        int at(boolean heldOut, int item, int row, int column);
    }

    /** Item i of either half is of class i mod {@code classes}. */
    static Path write(Path folder, int classes, Pixels pixels) {
        half(folder, Items.TRAINING, classes, (i, r, c) -> pixels.at(false, i, r, c), false);
        half(folder, Items.HELD_OUT, classes, (i, r, c) -> pixels.at(true, i, r, c), true);
        return folder;
    }

    private interface Half {
        int at(int item, int row, int column);
    }

    private static void half(Path folder, List<String> names, int classes, Half pixels, boolean packed) {
        int count = classes * EACH;
        byte[] images = new byte[count * SIDE * SIDE];
        byte[] labels = new byte[count];
        for (int i = 0; i < images.length; i++) {
            images[i] = (byte) pixels.at(i / (SIDE * SIDE), i / SIDE % SIDE, i % SIDE);
        }
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i % classes);
        }
        file(folder, names.getFirst(), IdxBytes.of(images, count, SIDE, SIDE), packed);
        file(folder, names.getLast(), IdxBytes.of(labels, count), packed);
    }

    private static void file(Path folder, String name, byte[] bytes, boolean packed) {
        try {
            Files.write(folder.resolve(packed ? name + ".gz" : name), packed ? IdxBytes.packed(bytes) : bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
