package farsight.model;

import farsight.data.Image;
import farsight.data.PointCloud;

/** What features came from, for showing where a position is. */
public sealed interface Origin {

    /**
     * A picture.
     *
     * @param stored as it is in its file, before it was resized to a grid of positions
     */
    record Photograph(Image stored) implements Origin {}

    /**
     * Points.
     *
     * @param cloud one position a point
     */
    record Cloud(PointCloud cloud) implements Origin {}

    /** Numbers without a picture. */
    record Numbers() implements Origin {}
}
