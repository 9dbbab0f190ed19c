package farsight.task;

import farsight.data.DataException;
import farsight.data.image.IdxFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Small grey images with a class each, of one half of a data set in the format of MNIST.
 *
 * @param side pixels of an image's side
 * @param pixels [items, side, side], 0 … 255
 * @param byClass indices of the items of each class
 */
@SuppressWarnings("ArrayRecordComponent") // Too many to copy at each look.
record Items(int side, byte[] pixels, int[][] byClass) {

    /** Names of the two files of the items to train on, without the .gz that they may end in. */
    static final List<String> TRAINING = List.of("train-images-idx3-ubyte", "train-labels-idx1-ubyte");

    /** Names of the two files of the items to test on. */
    static final List<String> HELD_OUT = List.of("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte");

    /** Debian's package of the data set. */
    static final String PACKAGE = "dataset-fashion-mnist";

    private static final int MOST_SIDE = 256;

    /** Of a pair of one class, the items differ. */
    private static final int LEAST = 2;

    /**
     * Reads items.
     *
     * @param files images and labels
     * @param shrink pixels of a side that are averaged to one
     * @param classes number of classes, 0 … classes − 1; others are left out
     * @throws DataException when a file is missing or damaged, the two do not belong together, the images are no
     *     squares that shrink, or a class has fewer than two items
     */
    static Items read(Path folder, List<String> files, int shrink, int classes) {
        Path imageFile = file(folder, files.getFirst());
        Path labelFile = file(folder, files.getLast());
        IdxFile labels = IdxFile.read(labelFile, 1);
        IdxFile images = IdxFile.read(imageFile, 3);
        int count = images.extents().getFirst();
        if (labels.values().length != count) {
            throw new DataException("%s has %,d images, and %s %,d labels"
                    .formatted(imageFile, count, labelFile.getFileName(), labels.values().length));
        }
        int side = images.extents().getLast();
        if (images.extents().get(1) != side || side % shrink != 0 || side > MOST_SIDE) {
            throw new DataException("%s has images of %d x %d, expected squares of at most %d, their side a multiple of"
                            .formatted(imageFile, images.extents().get(1), side, MOST_SIDE)
                    + " shrink=" + shrink);
        }
        return new Items(
                side / shrink, shrunk(images.values(), count, side, shrink), byClass(labelFile, labels, classes));
    }

    private static Path file(Path folder, String name) {
        if (!Files.isDirectory(folder)) {
            throw new DataException(
                    "cannot read Fashion-MNIST: %s; install Debian's package %s, or name a folder with its four files by folder="
                            .formatted(
                                    Files.exists(folder) ? folder + " is not a folder" : "there is no folder " + folder,
                                    PACKAGE));
        }
        Path plain = folder.resolve(name);
        Path packed = folder.resolve(name + ".gz");
        if (Files.notExists(plain) && Files.notExists(packed)) {
            throw new DataException(
                    "cannot read Fashion-MNIST: the folder %s has no file %s or %s.gz; Debian's package %s has it"
                            .formatted(folder, name, name, PACKAGE));
        }
        return Files.exists(plain) ? plain : packed;
    }

    private static int[][] byClass(Path file, IdxFile labels, int classes) {
        List<List<Integer>> found = new ArrayList<>();
        for (int k = 0; k < classes; k++) {
            found.add(new ArrayList<>());
        }
        for (int i = 0; i < labels.values().length; i++) {
            int label = labels.values()[i] & 0xFF;
            if (label < classes) {
                found.get(label).add(i);
            }
        }
        for (int k = 0; k < classes; k++) {
            if (found.get(k).size() < LEAST) {
                throw new DataException("%s has %d items of class %d, expected at least %d of each from 0 to %d"
                        .formatted(file, found.get(k).size(), k, LEAST, classes - 1));
            }
        }
        return found.stream()
                .map(items -> items.stream().mapToInt(i -> i).toArray())
                .toArray(int[][]::new);
    }

    /** Each image by the mean of its squares of some pixels. */
    private static byte[] shrunk(byte[] pixels, int count, int side, int shrink) {
        if (shrink == 1) {
            return pixels;
        }
        int small = side / shrink;
        byte[] out = new byte[count * small * small];
        for (int i = 0; i < out.length; i++) {
            int item = i / (small * small);
            int row = i / small % small * shrink;
            int column = i % small * shrink;
            int sum = 0;
            for (int a = 0; a < shrink; a++) {
                for (int b = 0; b < shrink; b++) {
                    sum += pixels[(item * side + row + a) * side + column + b] & 0xFF;
                }
            }
            out[i] = (byte) ((sum + shrink * shrink / 2) / (shrink * shrink));
        }
        return out;
    }

    /** A pixel of an item, 0 … 1. */
    float at(int item, int row, int column) {
        return (pixels[(item * side + row) * side + column] & 0xFF) / 255f;
    }
}
