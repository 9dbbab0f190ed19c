package farsight.op;

import farsight.program.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Extents to try an operation on: 1, primes, odd numbers, powers of two and large ones, batch 1 and
 * more. A device compiles a kernel for every extent, so it gets few.
 */
public enum Sizes {
    /** One of a kind, odd throughout. */
    ODD,
    /** Few. */
    DEVICE,
    /** Some, none of them large. */
    MODERATE,
    /** Many, some of them large. */
    HOST,
    /** Widths around those of vectors, tiles and strips, for the Vector API's twins. */
    VECTORS;

    private static final int RANDOM = 7;

    /** A feature map, and whether the result is added to what was there. */
    record Map(Shape shape, boolean accumulate) {
        @Override
        public String toString() {
            return shape + (accumulate ? " accumulate" : "");
        }
    }

    /** Extents of a product C = α·A·B. */
    record Product(int batch, int m, int n, int k, boolean shared, boolean accumulate) {
        Shape left() {
            return new Shape(batch, m, k);
        }

        Shape right() {
            return new Shape(shared ? 1 : batch, k, n);
        }

        Shape rightTransposed() {
            return new Shape(shared ? 1 : batch, n, k);
        }

        Shape result() {
            return new Shape(batch, m, n);
        }

        float alpha() {
            return accumulate ? 0.37f : 1f;
        }

        @Override
        public String toString() {
            return "%d×[%d·%d·%d]%s%s"
                    .formatted(batch, m, k, n, shared ? " shared" : "", accumulate ? " accumulate" : "");
        }
    }

    /** Maps [B, N, C]. */
    List<Map> maps() {
        if (this == ODD) {
            return List.of(map(3, 7, 13, true));
        }
        if (this == DEVICE) {
            return List.of(map(1, 1, 1, false), map(3, 7, 13, true), map(1, 523, 33, false));
        }
        if (this == VECTORS) {
            return both(List.of(
                    new Shape(1, 4_099, 1),
                    new Shape(3, 1_009, 2),
                    new Shape(2, 15, 17),
                    new Shape(1, 1_021, 16),
                    new Shape(2, 509, 17),
                    new Shape(1, 257, 64),
                    new Shape(1, 131, 100),
                    new Shape(2, 31, 131),
                    new Shape(1, 11, 512),
                    new Shape(2, 31, 513),
                    new Shape(2, 64, 1_013),
                    new Shape(1, 3, 5_003)));
        }
        List<Shape> shapes = new ArrayList<>(List.of(
                new Shape(1, 1, 1),
                new Shape(1, 1, 7),
                new Shape(3, 5, 1),
                new Shape(3, 37, 29),
                new Shape(1, 257, 67)));
        if (this == HOST) {
            shapes.addAll(List.of(
                    new Shape(3, 1, 5),
                    new Shape(1, 13, 1),
                    new Shape(2, 64, 64),
                    new Shape(3, 1_031, 33),
                    new Shape(1, 10_007, 3),
                    new Shape(1, 40_009, 1),
                    new Shape(1, 3, 4_099)));
            Random random = new Random(1);
            for (int i = 0; i < RANDOM; i++) {
                shapes.add(new Shape(1 + random.nextInt(3), 1 + random.nextInt(300), 1 + random.nextInt(80)));
            }
        }
        return both(shapes);
    }

    /** Each overwritten, and added to. */
    private static List<Map> both(List<Shape> shapes) {
        return shapes.stream()
                .<Map>mapMulti((s, out) -> {
                    out.accept(new Map(s, false));
                    out.accept(new Map(s, true));
                })
                .toList();
    }

    /** Products. */
    List<Product> products() {
        if (this == ODD) {
            return List.of(new Product(3, 13, 7, 17, true, true), new Product(3, 5, 11, 3, false, false));
        }
        if (this == DEVICE) {
            return List.of(
                    new Product(1, 1, 1, 1, false, false),
                    new Product(3, 13, 7, 17, true, true),
                    new Product(3, 5, 11, 3, false, false),
                    new Product(1, 67, 131, 259, false, true));
        }
        List<int[]> extents = new ArrayList<>(
                this == VECTORS
                        ? List.of(
                                new int[] {1, 1, 1, 700},
                                new int[] {1, 1, 64, 64},
                                new int[] {1, 64, 1, 64},
                                new int[] {1, 6, 64, 256},
                                new int[] {1, 7, 65, 257},
                                new int[] {3, 1, 16, 1},
                                new int[] {2, 12, 16, 5},
                                new int[] {2, 97, 100, 16},
                                new int[] {1, 2, 511, 300},
                                new int[] {1, 127, 263, 521},
                                new int[] {1, 1_009, 2, 64},
                                new int[] {1, 4_099, 47, 31},
                                new int[] {1, 8_192, 1, 48},
                                new int[] {2, 1_021, 64, 1},
                                new int[] {1, 64, 32, 5_000},
                                new int[] {5, 4, 4, 4})
                        : List.of(new int[] {1, 1, 1, 1}, new int[] {1, 7, 3, 5}, new int[] {3, 1, 13, 1}, new int[] {
                            3, 31, 37, 41
                        }));
        if (this == HOST) {
            extents.addAll(List.of(
                    new int[] {1, 1, 300, 7},
                    new int[] {3, 257, 1, 3},
                    new int[] {1, 64, 64, 64},
                    new int[] {1, 127, 131, 257},
                    new int[] {1, 67, 71, 5_003},
                    new int[] {1, 1_031, 67, 129},
                    new int[] {3, 2_053, 16, 65},
                    new int[] {1, 131, 2_053, 67}));
            Random random = new Random(2);
            for (int i = 0; i < 2 * RANDOM; i++) {
                extents.add(new int[] {
                    1 + random.nextInt(3), 1 + random.nextInt(150), 1 + random.nextInt(150), 1 + random.nextInt(300)
                });
            }
        }
        List<Product> products = new ArrayList<>();
        for (int[] e : extents) {
            for (boolean accumulate : new boolean[] {false, true}) {
                products.add(new Product(e[0], e[1], e[2], e[3], false, accumulate));
                if (e[0] > 1) {
                    products.add(new Product(e[0], e[1], e[2], e[3], true, accumulate));
                }
            }
        }
        return products;
    }

    private static Map map(long batch, long rows, long cols, boolean accumulate) {
        return new Map(new Shape(batch, rows, cols), accumulate);
    }
}
