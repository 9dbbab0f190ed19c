package farsight.train;

import farsight.data.DataException;
import farsight.data.SafetensorsFile;
import farsight.data.Tensor;
import farsight.network.Extents;
import farsight.network.Loss;
import farsight.network.Network;
import java.nio.file.Path;

/**
 * One batch in a safetensors file, tensors {@code x} and {@code label}. Opening it reads the header alone: the shapes
 * are checked, and memory is asked for, before a number is read.
 */
public final class BatchFile {

    private final Path path;
    private final boolean classes;
    private final long[] x;
    private final long[] label;

    private BatchFile(Path path, boolean classes, long[] x, long[] label) {
        this.path = path;
        this.classes = classes;
        this.x = x;
        this.label = label;
    }

    /**
     * Reads the header.
     *
     * @param loss whose labels the file holds
     * @throws DataException when the file cannot be read or lacks a tensor, or one has another type
     */
    public static BatchFile open(Path path, Loss loss) {
        boolean classes = loss instanceof Loss.CrossEntropy;
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            file.checkReadable("x");
            if (classes) {
                file.checkWholeNumbers("label");
            } else {
                file.checkReadable("label");
            }
            return new BatchFile(path, classes, file.shape("x"), file.shape("label"));
        }
    }

    /** The file's tensor x, for messages. */
    public String what() {
        return "tensor \"x\"" + in();
    }

    private String in() {
        return " in " + path;
    }

    /** B. */
    public long size() {
        return x.length == 0 ? 0 : x[0];
    }

    /**
     * Extents of one sample.
     *
     * @throws DataException when x has too few or too many axes, or one is 0
     */
    public Extents sample() {
        return Batch.sample(in(), x);
    }

    /** Bytes of the numbers once they are read. */
    public long bytes() {
        return Math.multiplyExact(Math.addExact(Tensor.elementsOf(x), Tensor.elementsOf(label)), Float.BYTES);
    }

    /**
     * Checks the shapes.
     *
     * @throws DataException when they do not fit the network
     */
    public void check(Network network) {
        Batch.checkShapes(network, size(), x, label, in());
    }

    /**
     * Reads the numbers.
     *
     * @throws DataException when the file cannot be read, or a label is none of the network's classes
     */
    public Batch read(Network network) {
        check(network);
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            Batch batch =
                    new Batch(read(file, "x", x), classes ? file.wholeNumbers("label") : read(file, "label", label));
            batch.check(network, size(), in());
            return batch;
        }
    }

    private static Tensor read(SafetensorsFile file, String name, long... shape) {
        Tensor tensor = Tensor.allocate(shape);
        file.read(name, 0, tensor.values());
        return tensor;
    }
}
