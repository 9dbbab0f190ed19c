package farsight.model;

import farsight.block.Grid;
import farsight.data.image.Image;
import farsight.data.image.ImageFile;
import farsight.data.points.PointCloud;
import farsight.data.points.PointClouds;
import java.nio.file.Path;
import java.util.List;

/** Inputs with a few values per position, lifted to C channels by the seeded stem. */
final class LiftedInput {

    private LiftedInput() {}

    /** Most pixels along a side of the pictures behind maps. */
    private static final int PICTURE_SIDE = 1024;

    /** An image as [1, C, H, W]; refused by its header where it exceeds the room. */
    static Input image(Path path, int channels, long seed, ImageSize size, InputRoom room) {
        ImageFile file = ImageFile.open(path);
        Grid grid = size.of(file);
        String what = "the image " + path;
        FeatureShape shape = FeatureShape.of(what, 1, channels, grid.height(), grid.width());
        room.check(what, shape);
        Image image = file.read(Math.toIntExact(grid.width()), Math.toIntExact(grid.height()), room.room());
        boolean resized = grid.width() != file.width() || grid.height() != file.height();
        String made = "%s: %d x %d pixels%s%s, lifted to %d channels by a random projection of seed %d"
                .formatted(
                        path,
                        file.width(),
                        file.height(),
                        file.orientation() == 1
                                ? ""
                                : " turned upright (EXIF orientation %d)".formatted(file.orientation()),
                        resized ? " resized to %d x %d".formatted(image.width(), image.height()) : "",
                        channels,
                        seed);
        return new Input(
                what,
                made,
                file.notes(),
                new Origin.Photograph(resized ? () -> picture(file, room) : () -> image),
                shape,
                out -> Stem.lift(image, channels, seed, out),
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
        List<String> names = cloud.featureNames();
        String made = "%s: %,d points%s%s with %s, lifted to %d channels by a random projection of seed %d"
                .formatted(
                        path,
                        cloud.points(),
                        cloud.organised() ? " in %,d rows of %,d".formatted(cloud.height(), cloud.width()) : "",
                        cloud.dropped() == 0 ? "" : " (%,d without a position left out)".formatted(cloud.dropped()),
                        String.join(", ", names),
                        channels,
                        seed);
        String what = "the point cloud " + path;
        FeatureShape shape = cloud.organised()
                ? FeatureShape.of(what, 1, channels, cloud.height(), cloud.width())
                : FeatureShape.of(what, 1, channels, cloud.points());
        room.check(what, shape);
        return new Input(
                what,
                made,
                cloud.notes(),
                new Origin.Cloud(cloud),
                shape,
                out -> Stem.liftPoints(cloud.features(), names.size(), cloud.points(), channels, seed, out),
                () -> {});
    }
}
