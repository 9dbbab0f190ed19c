/**
 * Pictures: PNG, JPEG, GIF, BMP and TIFF as rows of RGB. {@link farsight.data.image.ImageFile} reads a file within a
 * bound of memory; {@link farsight.data.image.Images} reads and resizes an {@link farsight.data.image.Image}.
 */
@NullMarked
package farsight.data.image;

import org.jspecify.annotations.NullMarked;
