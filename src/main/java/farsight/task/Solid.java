package farsight.task;

/**
 * A closed surface in the frame of a piece of furniture: a box, or the ellipsoid or upright cylinder within one.
 *
 * @param form of the surface
 * @param label its class
 * @param x0 least x; the other bounds likewise, in metres
 */
record Solid(Form form, int label, double x0, double y0, double z0, double x1, double y1, double z1) {

    /** Surfaces. */
    enum Form {
        BOX,
        CYLINDER,
        ELLIPSOID
    }

    /** Roughness of a surface with this radius of curvature is a tenth, in metres. */
    private static final double ROUND = 0.02;

    /** How far from an edge a neighbourhood reaches over it, in metres. */
    private static final double EDGE = 0.03;

    /** The largest roughness. */
    private static final double ROUGHEST = 0.3;

    /** Where a ray meets a surface first, and how the surface is there. */
    static final class Hit {
        double t = Double.POSITIVE_INFINITY;
        int label;
        double upright;
        double roughness;
    }

    /** A box of a class. */
    static Solid box(int label, double x0, double y0, double z0, double x1, double y1, double z1) {
        return new Solid(Form.BOX, label, x0, y0, z0, x1, y1, z1);
    }

    /** Whether a point lies within, at least some distance from the surface's box. */
    boolean contains(double x, double y, double z, double margin) {
        boolean inBox = x > x0 + margin
                && x < x1 - margin
                && y > y0 + margin
                && y < y1 - margin
                && z > z0 + margin
                && z < z1 - margin;
        if (!inBox || form == Form.BOX) {
            return inBox;
        }
        double a = (2 * x - x0 - x1) / (x1 - x0 - 2 * margin);
        double b = (2 * y - y0 - y1) / (y1 - y0 - 2 * margin);
        double c = form == Form.CYLINDER ? 0 : (2 * z - z0 - z1) / (z1 - z0 - 2 * margin);
        return a * a + b * b + c * c < 1;
    }

    /**
     * Moves a hit nearer if a ray from outside meets this surface before it.
     *
     * @param o where the ray begins
     * @param d its direction, of length 1
     */
    void hit(double[] o, double[] d, Hit hit) {
        double enter = 0;
        double leave = hit.t;
        int axis = -1;
        for (int i = 0; i < 3; i++) {
            double low = i == 0 ? x0 : i == 1 ? y0 : z0;
            double high = i == 0 ? x1 : i == 1 ? y1 : z1;
            double a = (low - o[i]) / d[i];
            double b = (high - o[i]) / d[i];
            double first = Math.min(a, b);
            if (first > enter) {
                enter = first;
                axis = i;
            }
            leave = Math.min(leave, Math.max(a, b));
        }
        if (axis < 0 || enter >= leave) {
            return;
        }
        switch (form) {
            case BOX -> onBox(o, d, enter, axis, hit);
            case CYLINDER -> onRound(o, d, false, enter, axis, hit);
            case ELLIPSOID -> onRound(o, d, true, enter, axis, hit);
        }
    }

    private void onBox(double[] o, double[] d, double t, int axis, Hit hit) {
        double edge = Double.POSITIVE_INFINITY;
        for (int i = 0; i < 3; i++) {
            if (i != axis) {
                double p = o[i] + t * d[i];
                double low = i == 0 ? x0 : i == 1 ? y0 : z0;
                double high = i == 0 ? x1 : i == 1 ? y1 : z1;
                edge = Math.min(edge, Math.min(p - low, high - p));
            }
        }
        flat(t, axis == 2, edge, label, hit);
    }

    /** A hit on a plane, near whose edge the neighbourhood belongs to both planes. */
    static void flat(double t, boolean level, double edge, int label, Hit hit) {
        double share = edge < EDGE ? 1 - edge / EDGE : 0;
        hit.t = t;
        hit.label = label;
        hit.upright = (level ? 1 : 0) * (1 - 0.5 * share) + 0.25 * share;
        hit.roughness = ROUGHEST * 0.6 * share;
    }

    private void onRound(double[] o, double[] d, boolean ellipsoid, double enter, int axis, Hit hit) {
        double rx = (x1 - x0) / 2;
        double ry = (y1 - y0) / 2;
        double rz = (z1 - z0) / 2;
        double px = (o[0] - (x0 + x1) / 2) / rx;
        double py = (o[1] - (y0 + y1) / 2) / ry;
        double pz = ellipsoid ? (o[2] - (z0 + z1) / 2) / rz : 0;
        double qx = d[0] / rx;
        double qy = d[1] / ry;
        double qz = ellipsoid ? d[2] / rz : 0;
        double a = qx * qx + qy * qy + qz * qz;
        double b = px * qx + py * qy + pz * qz;
        double c = px * px + py * py + pz * pz - 1;
        double root = b * b - a * c;
        if (root < 0) {
            return;
        }
        double t = (-b - Math.sqrt(root)) / a;
        if (!ellipsoid && axis == 2 && t < enter) {
            // The ray enters through the top or the bottom, if it does within the circle.
            double x = px + enter * qx;
            double y = py + enter * qy;
            double radius = Math.sqrt(x * x + y * y);
            if (radius < 1) {
                flat(enter, true, (1 - radius) * Math.min(rx, ry), label, hit);
            }
            return;
        }
        double z = o[2] + t * d[2];
        if (t < enter - 1e-9 || t >= hit.t || z < z0 || z > z1) {
            return;
        }
        double nx = (px + t * qx) / rx;
        double ny = (py + t * qy) / ry;
        double nz = (pz + t * qz) / rz;
        hit.t = t;
        hit.label = label;
        hit.upright = ellipsoid ? Math.abs(nz) / Math.sqrt(nx * nx + ny * ny + nz * nz) : 0;
        hit.roughness = Math.min(ROUGHEST, 0.1 * ROUND / Math.min(rx, ry) * (ellipsoid ? 10 : 5));
    }
}
