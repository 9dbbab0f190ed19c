package farsight.task;

import farsight.task.Solid.Form;
import farsight.task.Solid.Hit;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** A piece of furniture: solids in a frame of their own, which stands turned somewhere on the floor. */
final class Furniture {

    /** Classes of the solids, in the order of {@link Rooms#classes}. */
    static final int FLOOR = 0;

    static final int CEILING = 1;
    static final int WALL = 2;
    static final int TABLE = 3;
    static final int CHAIR = 4;
    static final int SHELF = 5;
    static final int CLUTTER = 6;

    private static final double PLATE = 0.03;
    private static final List<Form> FORMS = List.of(Form.BOX, Form.CYLINDER, Form.ELLIPSOID);

    private final List<Solid> solids;
    private final Solid bounds;
    private final double x;
    private final double y;
    private final double cos;
    private final double sin;
    private final double[] from = new double[3];
    private final double[] along = new double[3];
    private final Hit probe = new Hit();

    private Furniture(List<Solid> solids, double x, double y, double angle) {
        this.solids = List.copyOf(solids);
        this.x = x;
        this.y = y;
        cos = Math.cos(angle);
        sin = Math.sin(angle);
        bounds = solids.stream()
                .reduce((a, b) -> Solid.box(
                        a.label(),
                        Math.min(a.x0(), b.x0()),
                        Math.min(a.y0(), b.y0()),
                        Math.min(a.z0(), b.z0()),
                        Math.max(a.x1(), b.x1()),
                        Math.max(a.y1(), b.y1()),
                        Math.max(a.z1(), b.z1())))
                .orElseThrow();
    }

    /** A shape before it has its place. */
    record Shape(List<Solid> solids) {

        Furniture at(double x, double y, double angle) {
            return new Furniture(solids, x, y, angle);
        }

        /** The largest distance of its plan from its origin. */
        double radius() {
            return solids.stream()
                    .mapToDouble(s -> Math.hypot(
                            Math.max(Math.abs(s.x0()), Math.abs(s.x1())), Math.max(Math.abs(s.y0()), Math.abs(s.y1()))))
                    .max()
                    .orElseThrow();
        }

        /** Half of its depth, along y. */
        double halfDepth() {
            return solids.stream().mapToDouble(Solid::y1).max().orElseThrow();
        }
    }

    /** A table with four legs, and clutter on it. */
    static Shape table(RandomGenerator random, int clutter) {
        double w = random.nextDouble(0.5, 0.9);
        double d = random.nextDouble(0.35, 0.45);
        double h = random.nextDouble(0.68, 0.78);
        List<Solid> solids = new ArrayList<>(List.of(Solid.box(TABLE, -w, -d, h - PLATE, w, d, h)));
        legs(solids, TABLE, w, d, h - PLATE, 0.05);
        for (int i = 0; i < clutter; i++) {
            double r = 0.25;
            solids.add(thing(random, random.nextDouble(-w + r, w - r), random.nextDouble(-d + r, d - r), h, 0.3));
        }
        return new Shape(solids);
    }

    /** A chair; its back is at the far end of y. */
    static Shape chair(RandomGenerator random) {
        double w = random.nextDouble(0.2, 0.25);
        double h = random.nextDouble(0.42, 0.48);
        double top = random.nextDouble(0.8, 1.0);
        List<Solid> solids = new ArrayList<>(
                List.of(Solid.box(CHAIR, -w, -w, h - PLATE, w, w, h), Solid.box(CHAIR, -w, w - PLATE, h, w, w, top)));
        legs(solids, CHAIR, w, w, h - PLATE, 0.04);
        return new Shape(solids);
    }

    /** A shelf with its back at the far end of y, and clutter on its boards. */
    static Shape shelf(RandomGenerator random) {
        double w = random.nextDouble(0.4, 0.75);
        double d = random.nextDouble(0.14, 0.2);
        int boards = random.nextInt(3, 7);
        double step = random.nextDouble(0.28, 0.36);
        double h = step * (boards - 1) + PLATE;
        List<Solid> solids = new ArrayList<>(List.of(
                Solid.box(SHELF, -w, -d, 0, -w + PLATE, d, h),
                Solid.box(SHELF, w - PLATE, -d, 0, w, d, h),
                Solid.box(SHELF, -w, d - PLATE / 2, 0, w, d, h)));
        for (int b = 0; b < boards; b++) {
            solids.add(Solid.box(SHELF, -w, -d, b * step, w, d, b * step + PLATE));
            if (random.nextInt(3) > 0) {
                double r = 0.15;
                solids.add(thing(random, random.nextDouble(-w + r, w - r), 0, b * step + PLATE, step - 2 * PLATE));
            }
        }
        return new Shape(solids);
    }

    /** A thing that stands on the floor. */
    static Shape thing(RandomGenerator random) {
        return new Shape(List.of(thing(random, 0, 0, 0, 0.45)));
    }

    private static Solid thing(RandomGenerator random, double x, double y, double z, double tallest) {
        Form form = FORMS.get(random.nextInt(FORMS.size()));
        double r = random.nextDouble(0.05, 0.12);
        double s = form == Form.BOX ? random.nextDouble(0.05, 0.12) : r;
        double h = form == Form.ELLIPSOID ? Math.min(2 * r, tallest) : random.nextDouble(0.1, tallest);
        return new Solid(form, CLUTTER, x - r, y - s, z, x + r, y + s, z + h);
    }

    private static void legs(List<Solid> solids, int label, double w, double d, double h, double thick) {
        for (int leg = 0; leg < 4; leg++) {
            double x0 = leg % 2 == 0 ? -w : w - thick;
            double y0 = leg / 2 == 0 ? -d : d - thick;
            solids.add(Solid.box(label, x0, y0, 0, x0 + thick, y0 + thick, h));
        }
    }

    /** Moves a hit nearer if a ray meets this before it. */
    void hit(double[] o, double[] d, Hit hit) {
        from[0] = cos * (o[0] - x) + sin * (o[1] - y);
        from[1] = cos * (o[1] - y) - sin * (o[0] - x);
        from[2] = o[2];
        along[0] = cos * d[0] + sin * d[1];
        along[1] = cos * d[1] - sin * d[0];
        along[2] = d[2];
        probe.t = hit.t;
        bounds.hit(from, along, probe);
        if (probe.t < hit.t) {
            for (Solid solid : solids) {
                solid.hit(from, along, hit);
            }
        }
    }

    /** Whether a point lies within one of the solids, at least some distance from its surface. */
    boolean contains(double px, double py, double pz, double margin) {
        double a = cos * (px - x) + sin * (py - y);
        double b = cos * (py - y) - sin * (px - x);
        return solids.stream().anyMatch(s -> s.contains(a, b, pz, margin));
    }
}
