/**
 * Point clouds from PCD and PLY files, in all their encodings. {@link farsight.data.points.PointClouds} reads a
 * {@link farsight.data.points.PointCloud}; {@code PcdReader} and {@code PlyReader} know the formats.
 */
@NullMarked
package farsight.data.points;

import org.jspecify.annotations.NullMarked;
