package farsight.model;

import farsight.data.GridShape;
import farsight.data.Image;
import farsight.data.Images;
import farsight.data.PointCloud;
import farsight.data.PointClouds;
import farsight.data.Stem;
import farsight.data.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Inputs of a few values a position, lifted to C channels by the seeded stem. */
final class LiftedInput {

    private LiftedInput() {}

    /** An image as [1, C, H, W]. */
    static Input image(Path path, int channels, long seed, ImageSize size) {
        Image stored = Images.read(path);
        GridShape grid = size.of(stored);
        Image image = Images.resize(stored, grid.width(), grid.height());
        boolean resized = image.width() != stored.width() || image.height() != stored.height();
        String made = "%s: %d x %d pixels%s, lifted to %d channels by a random projection of seed %d"
                .formatted(
                        path,
                        stored.width(),
                        stored.height(),
                        resized ? " resized to %d x %d".formatted(image.width(), image.height()) : "",
                        channels,
                        seed);
        FeatureShape shape = FeatureShape.of("the image " + path, 1, channels, image.height(), image.width());
        return new Input(
                "the image " + path,
                made,
                new Origin.Photograph(stored),
                shape,
                () -> lifted(shape, out -> Stem.lift(image, channels, seed, out)),
                out -> Stem.lift(image, channels, seed, out),
                () -> {});
    }

    /** A point cloud as [1, C, N]. */
    static Input pointCloud(Path path, int channels, long seed) {
        PointCloud cloud = PointClouds.read(path);
        List<String> names = cloud.featureNames();
        String made = "%s: %,d points%s with %s, lifted to %d channels by a random projection of seed %d"
                .formatted(
                        path,
                        cloud.points(),
                        cloud.dropped() == 0 ? "" : " (%,d without a position left out)".formatted(cloud.dropped()),
                        String.join(", ", names),
                        channels,
                        seed);
        FeatureShape shape = FeatureShape.of("the point cloud " + path, 1, channels, cloud.points());
        return new Input(
                "the point cloud " + path,
                made,
                new Origin.Cloud(cloud),
                shape,
                () -> lifted(
                        shape,
                        out -> Stem.liftPoints(cloud.features(), names.size(), cloud.points(), channels, seed, out)),
                out -> Stem.liftPoints(cloud.features(), names.size(), cloud.points(), channels, seed, out),
                () -> {});
    }

    /**
     * The features in the layout of files.
     *
     * @param lift writes them as [N, C]
     */
    private static Tensor lifted(FeatureShape shape, Consumer<MemorySegment> lift) {
        Tensor tensor = Tensor.allocate(shape.toArray());
        try (Arena arena = Arena.ofShared()) {
            MemorySegment rows = arena.allocate(tensor.values().byteSize(), Float.BYTES);
            lift.accept(rows);
            Transposition.transpose(rows, tensor.values(), 1, shape.positions(), shape.channels());
        }
        return tensor;
    }
}
