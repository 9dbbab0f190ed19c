package farsight.inspect;

/**
 * A position whose map is shown.
 *
 * @param position its index, 0 … N − 1
 * @param x column in the {@link Scene}, for a cloud in its picture; 0 where there is none
 * @param y row in the scene
 */
public record Query(int position, int x, int y) {}
