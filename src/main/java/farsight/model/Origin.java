package farsight.model;

import farsight.data.image.Image;
import farsight.data.points.PointCloud;
import java.util.function.Supplier;

/** The source of features, for showing where a position is. */
public sealed interface Origin {

    /**
     * A picture.
     *
     * @param picture reads it upright, and with enough pixels for a screen where its file has as many
     */
    record Photograph(Supplier<Image> picture) implements Origin {

        /** A picture already in memory. */
        public Photograph(Image image) {
            this(() -> image);
        }
    }

    /**
     * Points.
     *
     * @param cloud one position per point
     */
    record Cloud(PointCloud cloud) implements Origin {}

    /** Numbers without a picture. */
    record Numbers() implements Origin {}
}
