package farsight.model;

import farsight.block.Grid;
import farsight.data.DataException;
import farsight.data.image.Image;
import farsight.data.image.ImageFile;
import farsight.data.points.PointCloud;
import farsight.data.points.PointClouds;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Inputs with a few values per position, lifted to C channels by the seeded stem. */
final class LiftedInput {

    private LiftedInput() {}

    /** Most pixels along a side of the pictures behind maps. */
    private static final int PICTURE_SIDE = 1024;

    /** An image as [1, C, H, W]; refused by its header where it exceeds the room. */
    static Input image(Path path, int channels, long seed, ImageSize size, InputRoom room) {
        return image(
                path,
                channels,
                size,
                room,
                "lifted to %d channels by a random projection of seed %d".formatted(channels, seed),
                (image, out) -> Stem.lift(image, channels, seed, out));
    }

    /** An image's own colours as [1, 3, H, W], or its brightness as [1, 1, H, W], from 0 to 1. */
    static Input plainImage(Path path, int channels, ImageSize size, InputRoom room) {
        return image(
                path,
                channels,
                size,
                room,
                channels == 1 ? "as its brightness from 0 to 1" : "as its red, green and blue from 0 to 1",
                (image, out) -> plain(image, channels, out));
    }

    private static void plain(Image image, int channels, MemorySegment out) {
        for (int i = 0; i < image.pixels(); i++) {
            if (channels == 1) {
                float r = image.rgb()[3 * i];
                float g = image.rgb()[3 * i + 1];
                float b = image.rgb()[3 * i + 2];
                out.setAtIndex(ValueLayout.JAVA_FLOAT, i, 0.299f * r + 0.587f * g + 0.114f * b);
            } else {
                MemorySegment.copy(image.rgb(), 3 * i, out, ValueLayout.JAVA_FLOAT, 12L * i, 3);
            }
        }
    }

    private static Input image(
            Path path,
            int channels,
            ImageSize size,
            InputRoom room,
            String how,
            BiConsumer<Image, MemorySegment> rows) {
        ImageFile file = ImageFile.open(path);
        Grid grid = size.of(file);
        String what = "the image " + path;
        FeatureShape shape = FeatureShape.of(what, 1, channels, grid.height(), grid.width());
        room.check(what, shape);
        Image image = file.read(Math.toIntExact(grid.width()), Math.toIntExact(grid.height()), room.room());
        boolean resized = grid.width() != file.width() || grid.height() != file.height();
        String made = "%s: %d x %d pixels%s%s, %s"
                .formatted(
                        path,
                        file.width(),
                        file.height(),
                        file.orientation() == 1
                                ? ""
                                : " turned upright (EXIF orientation %d)".formatted(file.orientation()),
                        resized ? " resized to %d x %d".formatted(image.width(), image.height()) : "",
                        how);
        return new Input(
                what,
                made,
                file.notes(),
                new Origin.Photograph(resized ? () -> picture(file, room) : () -> image),
                shape,
                out -> rows.accept(image, out),
                () -> {});
    }

    private static Image picture(ImageFile file, InputRoom room) {
        double scale = Math.min(1, (double) PICTURE_SIDE / Math.max(file.width(), file.height()));
        int width = (int) Math.max(1, Math.round(file.width() * scale));
        int height = (int) Math.max(1, Math.round(file.height() * scale));
        return InputRoom.reading(() -> file.read(width, height, room.room()));
    }

    /** A point cloud as [1, C, N], or as [1, C, H, W] where its points form complete rows. */
    static Input pointCloud(Path path, int channels, long seed, InputRoom room) {
        PointCloud cloud = PointClouds.read(path, room.room());
        return pointCloud(
                path,
                cloud,
                channels,
                room,
                "lifted to %d channels by a random projection of seed %d".formatted(channels, seed),
                out -> Stem.liftPoints(
                        cloud.features(), cloud.featureNames().size(), cloud.points(), channels, seed, out));
    }

    /**
     * A point cloud's own values as [1, C, N], or as [1, C, H, W].
     *
     * @throws DataException when a point does not have C values
     */
    static Input plainPointCloud(Path path, int channels, InputRoom room) {
        PointCloud cloud = PointClouds.read(path, room.room());
        List<String> names = cloud.featureNames();
        if (names.size() != channels) {
            throw new DataException("%s has %d values a point (%s), expected the network's %d channels"
                    .formatted(path, names.size(), String.join(", ", names), channels));
        }
        return pointCloud(
                path,
                cloud,
                channels,
                room,
                "as they are",
                out -> MemorySegment.copy(
                        cloud.features(), 0, out, ValueLayout.JAVA_FLOAT, 0, cloud.features().length));
    }

    private static Input pointCloud(
            Path path, PointCloud cloud, int channels, InputRoom room, String how, Consumer<MemorySegment> rows) {
        List<String> names = cloud.featureNames();
        String made = "%s: %,d points%s%s with %s, %s"
                .formatted(
                        path,
                        cloud.points(),
                        cloud.organised() ? " in %,d rows of %,d".formatted(cloud.height(), cloud.width()) : "",
                        cloud.dropped() == 0 ? "" : " (%,d without a position left out)".formatted(cloud.dropped()),
                        String.join(", ", names),
                        how);
        String what = "the point cloud " + path;
        FeatureShape shape = cloud.organised()
                ? FeatureShape.of(what, 1, channels, cloud.height(), cloud.width())
                : FeatureShape.of(what, 1, channels, cloud.points());
        room.check(what, shape);
        return new Input(what, made, cloud.notes(), new Origin.Cloud(cloud), shape, rows, () -> {});
    }
}
