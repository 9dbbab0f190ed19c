package farsight.model;

import farsight.data.DataException;
import farsight.data.SafetensorsFile;
import farsight.engine.RefusedException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * A tensor from a file, valid until this is closed. Its shape is known at once. Its numbers are
 * read or computed when {@link #fill} asks for them, so an input that does not fit can be refused first.
 */
public final class Input implements FeatureSource, AutoCloseable {

    private final String what;
    private final String made;
    private final List<String> notes;
    private final Origin origin;
    private final FeatureShape shape;
    private final Consumer<MemorySegment> rows;
    private final Runnable release;

    /**
     * @param what names the tensor in messages, with its file
     * @param made how the tensor was computed from the file; empty where the file holds it as it is
     * @param notes data that was read otherwise than the file declares, or is missing in it
     * @param origin what the file shows
     * @param rows writes the values as [B, N, C]
     * @param release frees the tensor's memory
     */
    Input(
            String what,
            String made,
            List<String> notes,
            Origin origin,
            FeatureShape shape,
            Consumer<MemorySegment> rows,
            Runnable release) {
        this.what = what;
        this.made = made;
        this.notes = List.copyOf(notes);
        this.origin = origin;
        this.shape = shape;
        this.rows = rows;
        this.release = release;
    }

    /**
     * Opens the features of a file: tensor {@code x} of a safetensors file, or an image or point cloud. Images and
     * point clouds are lifted to C channels by the fixed random projection of {@link farsight.model.Stem}, as [1, C, H,
     * W] or [1, C, N].
     *
     * @param channels C of lifted images and point clouds
     * @param seed of the projection
     * @param size to which an image is resized; must be {@link ImageSize#asStored} for other files
     * @throws DataException when the file cannot be read or is of another kind, or tensor {@code x} is missing, of
     *     another type than float32, float16 or bfloat16, or not of three or four axes
     * @throws RefusedException when reading it takes more than this machine has free
     */
    public static Input open(Path path, int channels, long seed, ImageSize size) {
        return open(path, channels, seed, size, Model.UNLIMITED);
    }

    /**
     * As above, within a budget. The header tells how much memory a file needs. Features that alone exceed the budget,
     * and images and clouds whose reading does, are refused before anything is decoded.
     *
     * @param budgetBytes the most memory for the features and for reading them; {@link Model#UNLIMITED} for what this
     *     machine has free
     * @throws DataException as above
     * @throws RefusedException when it takes more
     */
    public static Input open(Path path, int channels, long seed, ImageSize size, long budgetBytes) {
        FileKind kind = FileKind.of(path);
        if (kind != FileKind.IMAGE && !size.equals(ImageSize.asStored())) {
            throw new DataException("%s cannot be resized: it is %s, expected an image".formatted(path, kind.text()));
        }
        InputRoom room = InputRoom.of(budgetBytes);
        return switch (kind) {
            case IMAGE -> InputRoom.reading(() -> LiftedInput.image(path, channels, seed, size, room));
            case POINT_CLOUD -> InputRoom.reading(() -> LiftedInput.pointCloud(path, channels, seed, room));
            case SAFETENSORS -> safetensors(path, "x");
        };
    }

    /**
     * Opens the input of a network: tensor {@code x} of a safetensors file; an image's own colours (C = 3) or brightness
     * (C = 1), from 0 to 1; or a point cloud's own values.
     *
     * @param channels C of the network
     * @param size to which an image is resized
     * @throws DataException as {@link #open}, and when an image or cloud does not have C values per position
     * @throws RefusedException when it takes more memory than the budget
     */
    public static Input plain(Path path, int channels, ImageSize size, long budgetBytes) {
        FileKind kind = FileKind.of(path);
        if (kind != FileKind.IMAGE && !size.equals(ImageSize.asStored())) {
            throw new DataException("%s cannot be resized: it is %s, expected an image".formatted(path, kind.text()));
        }
        if (kind == FileKind.IMAGE && channels != 1 && channels != 3) {
            throw new DataException("%s is an image of 3 channels, or 1 for its brightness; the network takes %d"
                    .formatted(path, channels));
        }
        InputRoom room = InputRoom.of(budgetBytes);
        return switch (kind) {
            case IMAGE -> InputRoom.reading(() -> LiftedInput.plainImage(path, channels, size, room));
            case POINT_CLOUD -> InputRoom.reading(() -> LiftedInput.plainPointCloud(path, channels, room));
            case SAFETENSORS -> safetensors(path, "x");
        };
    }

    /**
     * Opens a tensor of a safetensors file.
     *
     * @throws DataException when the file cannot be read, has no tensor of that name, or the tensor has another type
     *     than float32, float16 or bfloat16 or not three or four axes
     */
    public static Input safetensors(Path path, String name) {
        SafetensorsFile file = SafetensorsFile.open(path);
        try {
            String what = "tensor \"" + name + "\" in " + path;
            FeatureShape shape = FeatureShape.of(what, file.shape(name));
            file.checkReadable(name);
            return new Input(
                    what,
                    "",
                    List.of(),
                    new Origin.Numbers(),
                    shape,
                    rows -> LayoutTransposition.transpose(
                            (first, into) -> file.read(name, first, into),
                            rows,
                            shape.batch(),
                            shape.channels(),
                            shape.positions()),
                    file::close);
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    /** Names the tensor in messages, with its file. */
    public String what() {
        return what;
    }

    /** How the tensor was computed from the file, in words; empty where the file holds it as it is. */
    public String made() {
        return made;
    }

    /** Warnings, one line each: data that was read otherwise than the file declares, or is missing in it. */
    public List<String> notes() {
        return notes;
    }

    /** What the file shows, to draw the positions. */
    public Origin origin() {
        return origin;
    }

    /** Its shape, known without its numbers. */
    @Override
    public FeatureShape shape() {
        return shape;
    }

    /** Writes the tensor without an intermediate copy: only a few megabytes of a file are in memory at a time. */
    @Override
    public void fill(MemorySegment array) {
        rows.accept(array);
    }

    @Override
    public void close() {
        release.run();
    }
}
