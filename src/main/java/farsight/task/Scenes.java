package farsight.task;

import farsight.block.Grid;
import farsight.block.spec.Checks;
import farsight.data.Tensor;
import farsight.network.Extents;
import farsight.train.Batch;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Table against objects in a folder of labelled scans, each a PCD file with the fields x, y, z and label as of the
 * modified Object Segmentation Database: labels 1 to 9 are the table, 20 and above the objects; any other is {@link
 * #IGNORED}. Points without a position are left out.
 *
 * <p>A sample is a random choice of the points of one file. Channels: x, y and z with their mean at 0 and a root mean
 * square of 1 over all three; then, if the files have colours, red, green and blue less a half, −0.5 … 0.5. One random
 * choice of every file's points stays in memory, and samples choose from it.
 *
 * <p>Training samples come from the files whose names begin with {@code train}, held-out ones in turn from those that
 * begin with {@code test}.
 */
final class Scenes implements Task {

    static final TaskKind KIND = new TaskKind(
            "scenes",
            "Table against objects in a folder of labelled scans, PCD files: a class for every point.",
            List.of(
                    new TaskOption.Words(
                            "folder", Optional.empty(), "a folder", "of PCD files with the fields x, y, z and label"),
                    new TaskOption.Words(
                            "train", Optional.of("learn"), "text", "first letters of the names of files to train on"),
                    new TaskOption.Words(
                            "test", Optional.of("test"), "text", "first letters of the names of held-out files"),
                    new TaskOption.Whole("points", 4096, 64, 65536, "points of a sample"),
                    new TaskOption.Whole(
                            "augment", 0, 0, 1, "1: training samples are mirrored and turned by up to 20 degrees")),
            o -> new Scenes(
                    o.folder("folder"), o.words("train"), o.words("test"), o.whole("points"), o.whole("augment") == 1));

    private static final double MOST_TURN = Math.toRadians(20);
    private static final int AXES = 3;

    private final Path folder;
    private final String train;
    private final String test;
    private final int points;
    private final boolean augment;
    private final LabelledClouds training;
    private final LabelledClouds heldOut;

    private Scenes(Path folder, String train, String test, int points, boolean augment) {
        this.folder = folder;
        this.train = train;
        this.test = test;
        this.points = points;
        this.augment = augment;
        Checks.that(
                !train.startsWith(test) && !test.startsWith(train),
                "task scenes has train=%s and test=%s, of which one begins with the other: files would be in both"
                        .formatted(train, test));
        training = LabelledClouds.read(folder, train, points);
        heldOut = LabelledClouds.read(folder, test, points);
        training.checkAlike(heldOut);
    }

    private int channels() {
        return training.channels();
    }

    @Override
    public String describe() {
        return KIND.describe(folder, train, test, points, augment ? 1 : 0);
    }

    @Override
    public Extents input() {
        return new Extents(channels(), new Grid(List.of((long) points)));
    }

    @Override
    public List<Long> labels() {
        return List.of((long) points);
    }

    @Override
    public List<String> classes() {
        return List.of("table", "object");
    }

    @Override
    public Batch draw(long seed, long first, int count) {
        Tensor x = Tensor.allocate(input().fileShape(count));
        Tensor label = Tensor.allocate(count, points);
        for (int b = 0; b < count; b++) {
            RandomGenerator random = Tasks.random(seed, first + b);
            boolean held = seed == HELD_OUT;
            LabelledClouds of = held ? heldOut : training;
            int file = held
                    ? (int) ((first + b) % of.clouds().size())
                    : random.nextInt(of.clouds().size());
            choose(of.clouds().get(file), random, augment && !held, x, label, b);
        }
        return new Batch(x, label);
    }

    private void choose(
            LabelledClouds.Cloud cloud, RandomGenerator random, boolean change, Tensor x, Tensor label, int sample) {
        int[] chosen = LabelledClouds.choice(random, cloud.points(), points);
        double mirror = change && random.nextBoolean() ? -1 : 1;
        double turn = change ? random.nextDouble(-MOST_TURN, MOST_TURN) : 0;
        double[][] position = new double[AXES][points];
        double square = 0;
        for (int axis = 0; axis < AXES; axis++) {
            double sum = 0;
            for (int n = 0; n < points; n++) {
                position[axis][n] = cloud.feature(chosen[n], axis);
                sum += position[axis][n];
            }
            for (int n = 0; n < points; n++) {
                position[axis][n] -= sum / points;
                square += position[axis][n] * position[axis][n];
            }
        }
        double scale = square > 0 ? 1 / Math.sqrt(square / (AXES * points)) : 1;
        long at = (long) sample * channels() * points;
        for (int n = 0; n < points; n++) {
            double right = mirror * position[0][n];
            double away = position[2][n];
            set(x, at, 0, n, scale * (Math.cos(turn) * right + Math.sin(turn) * away));
            set(x, at, 1, n, scale * position[1][n]);
            set(x, at, 2, n, scale * (Math.cos(turn) * away - Math.sin(turn) * right));
            for (int c = AXES; c < channels(); c++) {
                set(x, at, c, n, cloud.feature(chosen[n], c) - 0.5);
            }
            label.values().setAtIndex(ValueLayout.JAVA_FLOAT, (long) sample * points + n, cloud.label(chosen[n]));
        }
    }

    private void set(Tensor x, long at, int channel, int n, double value) {
        x.values().setAtIndex(ValueLayout.JAVA_FLOAT, at + (long) channel * points + n, (float) value);
    }

    @Override
    public Optional<PointView> view(Tensor x, int sample) {
        return Optional.of(PointView.front(x, sample, channels(), points));
    }

    /** In the files' colours, or darker with the distance. */
    @Override
    public Optional<SamplePicture> picture(Tensor x, int sample) {
        PointView view = PointView.front(x, sample, channels(), points);
        long at = (long) sample * channels() * points;
        if (channels() == AXES) {
            return Optional.of(view.paint(n -> view.shade(x.get(at + 2L * points + n))));
        }
        return Optional.of(view.paint(n -> {
            int color = 0;
            for (int c = AXES; c < channels(); c++) {
                color = color << 8 | Math.round(255 * Math.clamp(x.get(at + (long) c * points + n) + 0.5f, 0f, 1f));
            }
            return color;
        }));
    }

    @Override
    public String pictureCaption() {
        return "The scenes are drawn as their camera saw them; the input is in "
                + (channels() == AXES ? "grey, darker with the distance." : "the scans' colours.");
    }
}
