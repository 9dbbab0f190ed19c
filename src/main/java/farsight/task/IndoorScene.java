package farsight.task;

import farsight.task.Furniture.Shape;
import farsight.task.Solid.Hit;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** A closed rectangular room with furniture, and places in it where a scanner stands; all in metres, z upwards from the floor. */
final class IndoorScene {

    /** How near a scanner may come to furniture. */
    private static final double NEAR = 0.25;

    /** How near a scanner may come to a wall. */
    private static final double CLEAR = 0.9;

    private static final int TRIES = 30;

    private final double width;
    private final double depth;
    private final double height;
    private final List<Furniture> furniture = new ArrayList<>();
    private final List<double[]> taken = new ArrayList<>();
    private final List<double[]> scanners = new ArrayList<>();

    /**
     * Furnishes a room.
     *
     * @param count scanners
     */
    IndoorScene(RandomGenerator random, int count) {
        width = random.nextDouble(3.6, 5.6);
        depth = random.nextDouble(3.2, 5.0);
        height = random.nextDouble(2.4, 2.9);
        for (int i = random.nextInt(3, 7); i > 0; i--) {
            atWall(random, Furniture.shelf(random));
        }
        for (int i = random.nextInt(2, 4); i > 0; i--) {
            group(random);
        }
        for (int i = random.nextInt(3, 8); i > 0; i--) {
            free(random, random.nextInt(3) == 0 ? Furniture.chair(random) : Furniture.thing(random));
        }
        while (scanners.size() < count) {
            scanner(random);
        }
    }

    /** A shelf with its back at one of the walls. */
    private void atWall(RandomGenerator random, Shape shape) {
        double r = shape.radius();
        for (int i = 0; i < TRIES; i++) {
            int wall = random.nextInt(4);
            double along = random.nextDouble(r, (wall % 2 == 0 ? width : depth) - r);
            double off = shape.halfDepth() + 0.01;
            double x = wall == 0 || wall == 2 ? along : wall == 1 ? off : width - off;
            double y = wall == 0 ? depth - off : wall == 2 ? off : along;
            if (fits(x, y, r)) {
                put(shape, x, y, r, wall * Math.PI / 2);
                return;
            }
        }
    }

    /** A table with chairs, whose backs point away from it. */
    private void group(RandomGenerator random) {
        Shape table = Furniture.table(random, random.nextInt(2, 7));
        double r = table.radius();
        for (int i = 0; i < TRIES; i++) {
            double x = random.nextDouble(r, Math.max(r + 0.1, width - r));
            double y = random.nextDouble(r, Math.max(r + 0.1, depth - r));
            if (fits(x, y, r)) {
                double angle = turn(random);
                put(table, x, y, r, angle);
                for (int side = 0; side < 2; side++) {
                    chairs(random, x, y, angle + side * Math.PI, table.halfDepth());
                }
                return;
            }
        }
    }

    private void chairs(RandomGenerator random, double x, double y, double angle, double off) {
        int count = random.nextInt(1, 3);
        for (int i = 0; i < count; i++) {
            double u = (i - (count - 1) / 2.0) * 0.65 + random.nextDouble(-0.05, 0.05);
            double v = off + random.nextDouble(0.1, 0.4);
            double cx = x + Math.cos(angle) * u - Math.sin(angle) * v;
            double cy = y + Math.sin(angle) * u + Math.cos(angle) * v;
            Shape chair = Furniture.chair(random);
            double r = chair.radius();
            if (within(cx, cy, r)) {
                put(chair, cx, cy, r, angle + random.nextDouble(-0.25, 0.25));
            }
        }
    }

    private void free(RandomGenerator random, Shape shape) {
        double r = shape.radius();
        for (int i = 0; i < TRIES; i++) {
            double x = random.nextDouble(r, width - r);
            double y = random.nextDouble(r, depth - r);
            if (fits(x, y, r)) {
                put(shape, x, y, r, random.nextDouble(2 * Math.PI));
                return;
            }
        }
    }

    /** A scanner on a tripod, which may also stand over furniture below it. */
    private void scanner(RandomGenerator random) {
        double x = random.nextDouble(CLEAR, width - CLEAR);
        double y = random.nextDouble(CLEAR, depth - CLEAR);
        double z = random.nextDouble(1.3, 1.8);
        if (furniture.stream().noneMatch(f -> f.contains(x, y, z, -NEAR))) {
            scanners.add(new double[] {x, y, z});
        }
    }

    private void put(Shape shape, double x, double y, double r, double angle) {
        furniture.add(shape.at(x, y, angle));
        taken.add(new double[] {x, y, r});
    }

    private boolean fits(double x, double y, double r) {
        return within(x, y, Math.min(r, 0.14))
                && taken.stream().allMatch(t -> Math.hypot(t[0] - x, t[1] - y) > 0.9 * (t[2] + r));
    }

    private boolean within(double x, double y, double r) {
        return x > r && x < width - r && y > r && y < depth - r;
    }

    private static double turn(RandomGenerator random) {
        return random.nextInt(4) * Math.PI / 2 + random.nextDouble(-0.1, 0.1);
    }

    /** Where the scanners stand, x, y and z of each. */
    List<double[]> scanners() {
        return scanners;
    }

    /** Whether a point lies within a solid, at least some distance from its surface. */
    boolean solid(double x, double y, double z, double margin) {
        return furniture.stream().anyMatch(f -> f.contains(x, y, z, margin));
    }

    /**
     * What a ray meets first.
     *
     * @param o a scanner
     * @param d the direction, of length 1
     */
    void cast(double[] o, double[] d, Hit hit) {
        walls(o, d, hit);
        for (Furniture f : furniture) {
            f.hit(o, d, hit);
        }
    }

    /** The room itself: the ray leaves it through one of six planes. */
    private void walls(double[] o, double[] d, Hit hit) {
        double[] extents = {width, depth, height};
        double t = Double.POSITIVE_INFINITY;
        int axis = 0;
        for (int i = 0; i < 3; i++) {
            double out = ((d[i] > 0 ? extents[i] : 0) - o[i]) / d[i];
            if (d[i] != 0 && out < t) {
                t = out;
                axis = i;
            }
        }
        double edge = Double.POSITIVE_INFINITY;
        for (int i = 0; i < 3; i++) {
            if (i != axis) {
                double p = o[i] + t * d[i];
                edge = Math.min(edge, Math.min(p, extents[i] - p));
            }
        }
        int label = axis < 2 ? Furniture.WALL : d[2] > 0 ? Furniture.CEILING : Furniture.FLOOR;
        Solid.flat(t, axis == 2, Math.max(0, edge), label, hit);
    }
}
