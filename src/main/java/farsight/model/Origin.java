package farsight.model;

import farsight.data.Image;
import farsight.data.PointCloud;
import java.util.function.Supplier;

/** What features came from, for showing where a position is. */
public sealed interface Origin {

    /**
     * A picture.
     *
     * @param picture reads it: upright, and no smaller than a screen shows it where its file has as many pixels
     */
    record Photograph(Supplier<Image> picture) implements Origin {

        /** A picture that is held already. */
        public Photograph(Image image) {
            this(() -> image);
        }
    }

    /**
     * Points.
     *
     * @param cloud one position a point
     */
    record Cloud(PointCloud cloud) implements Origin {}

    /** Numbers without a picture. */
    record Numbers() implements Origin {}
}
