package farsight.task;

import farsight.block.Grid;
import farsight.data.Tensor;
import farsight.network.Extents;
import farsight.task.Solid.Hit;
import farsight.train.Batch;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Generated scans of rooms: a class for every point, in the spirit of ScanNet (Dai et al., 2017). A room has floor,
 * walls and ceiling, tables with chairs, shelves, and clutter on them and beside them. Scanners on tripods send rays at
 * random angles; a point is where a ray ends first. So points are hidden that no scanner sees, and density falls with
 * the square of the distance. Noise is along the ray.
 *
 * <p>Channels: x, y and z in metres, in a frame that is turned about the vertical, moved sideways and moved up or down
 * by up to {@code lift} metres; |n_z| of the surface's normal; and roughness, which is larger on curved surfaces and
 * near edges. The last two have noise.
 *
 * <p>A network that sees each point alone cannot solve it. Floor, ceiling, table tops, seats and shelf boards are all
 * level planes with the same features, walls, chair backs and shelf sides all upright ones. Only the height above the
 * floor, and the neighbours, tell them apart, and the height of the floor itself is known from other points alone:
 * unless {@code lift} is small, z overlaps between all classes.
 *
 * @param points of a scene, in random order
 * @param scanners number of scanners; each point is seen by one of them, chosen at random
 * @param noise standard deviation along the ray, in millimetres
 * @param lift metres by which the frame is moved up or down at most
 */
record Rooms(int points, int scanners, int noise, int lift) implements Task {

    static final TaskKind KIND = new TaskKind(
            "rooms",
            "Classes of points in scans of furnished rooms, whose level planes differ in height alone: one a point.",
            List.of(
                    new TaskOption.Whole("points", 4096, 1024, 65536, "points of a scene"),
                    new TaskOption.Whole("scanners", 3, 1, 8, "places that the room is scanned from"),
                    new TaskOption.Whole("noise", 10, 0, 100, "standard deviation along the ray, in millimetres"),
                    new TaskOption.Whole(
                            "lift", 3, 0, 100, "metres by which the origin lies above or below the floor, at most")),
            o -> new Rooms(o.whole("points"), o.whole("scanners"), o.whole("noise"), o.whole("lift")));

    private static final int CHANNELS = 5;
    private static final double SIDEWAYS = 3;

    /** Degrees of elevation that a scanner sweeps. */
    private static final double LOWEST = -70;

    private static final double HIGHEST = 30;
    private static final double MILLIMETRES = 1e-3;

    /** Noise of the features of the surface. */
    private static final double FEATURE_NOISE = 0.05;

    @Override
    public String describe() {
        return KIND.describe(points, scanners, noise, lift);
    }

    @Override
    public Extents input() {
        return new Extents(CHANNELS, new Grid(List.of((long) points)));
    }

    @Override
    public List<Long> labels() {
        return List.of((long) points);
    }

    @Override
    public List<String> classes() {
        return List.of("floor", "ceiling", "wall", "table", "chair", "shelf", "clutter");
    }

    @Override
    public Batch draw(long seed, long first, int count) {
        Tensor x = Tensor.allocate(input().fileShape(count));
        Tensor label = Tensor.allocate(count, points);
        for (int b = 0; b < count; b++) {
            RandomGenerator random = Tasks.random(seed, first + b);
            scan(new IndoorScene(random, scanners), random, x, label, b);
        }
        return new Batch(x, label);
    }

    private void scan(IndoorScene scene, RandomGenerator random, Tensor x, Tensor label, int sample) {
        double turn = random.nextDouble(2 * Math.PI);
        double cos = Math.cos(turn);
        double sin = Math.sin(turn);
        double[] moved = {
            random.nextDouble(-SIDEWAYS, SIDEWAYS),
            random.nextDouble(-SIDEWAYS, SIDEWAYS),
            lift * (2 * random.nextDouble() - 1)
        };
        double[] o0 = scene.scanners().getFirst();
        double[] d = new double[3];
        Hit hit = new Hit();
        long at = (long) sample * CHANNELS * points;
        for (int n = 0; n < points; n++) {
            double[] o = scene.scanners().get(random.nextInt(scanners));
            direction(random, d);
            scene.cast(o, d, hit);
            double t = hit.t + MILLIMETRES * noise * random.nextGaussian();
            double a = o[0] + t * d[0] - o0[0];
            double b = o[1] + t * d[1] - o0[1];
            set(x, at, 0, n, cos * a - sin * b + moved[0]);
            set(x, at, 1, n, sin * a + cos * b + moved[1]);
            set(x, at, 2, n, o[2] + t * d[2] + moved[2]);
            set(x, at, 3, n, Math.abs(hit.upright + FEATURE_NOISE * random.nextGaussian()));
            set(x, at, 4, n, Math.abs(hit.roughness + FEATURE_NOISE * random.nextGaussian()));
            label.values().setAtIndex(ValueLayout.JAVA_FLOAT, (long) sample * points + n, hit.label);
        }
    }

    private static void direction(RandomGenerator random, double[] d) {
        double azimuth = random.nextDouble(2 * Math.PI);
        double elevation = Math.toRadians(random.nextDouble(LOWEST, HIGHEST));
        d[0] = Math.cos(azimuth) * Math.cos(elevation);
        d[1] = Math.sin(azimuth) * Math.cos(elevation);
        d[2] = Math.sin(elevation);
    }

    private void set(Tensor x, long at, int channel, int n, double value) {
        x.values().setAtIndex(ValueLayout.JAVA_FLOAT, at + (long) channel * points + n, (float) value);
    }

    @Override
    public Optional<PointView> view(Tensor x, int sample) {
        return Optional.of(PointView.cutaway(x, sample, CHANNELS, points));
    }

    /** Higher points are darker. */
    @Override
    public Optional<SamplePicture> picture(Tensor x, int sample) {
        PointView view = PointView.cutaway(x, sample, CHANNELS, points);
        return Optional.of(view.paint(n -> view.shade(x.get(((long) sample * CHANNELS + 2) * points + n))));
    }

    @Override
    public String pictureCaption() {
        return "The rooms are drawn from above, without their ceilings and the two walls in front; in the input, higher"
                + " points are darker.";
    }
}
