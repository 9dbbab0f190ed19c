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
 * Whether two items of Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017), far apart on one canvas, are of the same class.
 * Clutter stands around them: cut-outs of other items, and strokes.
 *
 * <p>A network of local layers, a mean over all positions and one linear layer cannot tell. Each layer sees one item at
 * a time, so the mean is a sum f(a) + f(b) of one vector per item, and a linear layer of it gives g(a) + g(b). For two
 * classes to be told "same" with themselves and "different" with each other, g(a) + g(a) and g(b) + g(b) would both
 * have to lie above a bound, and their mean g(a) + g(b) below it. Attention compares the two items where one of them
 * stands.
 *
 * <p>Training samples are made of the files train-*, held-out ones of t10k-*.
 */
final class Pair implements Task {

    static final TaskKind KIND = new TaskKind(
            "pair",
            "Whether two items of Fashion-MNIST, far apart in clutter, are of the same class: one label a sample.",
            List.of(
                    new TaskOption.Words(
                            "folder",
                            Optional.of("/usr/share/datasets/fashion-mnist"),
                            "a folder",
                            "of train-images-idx3-ubyte, train-labels-idx1-ubyte and the two t10k-…, each perhaps with .gz;"
                                    + " Debian's package " + Items.PACKAGE + " has them"),
                    new TaskOption.Whole("size", 48, 16, 512, "pixels of the canvas's side"),
                    new TaskOption.Whole("shrink", 2, 1, 8, "pixels of an item's side that become one"),
                    new TaskOption.Whole(
                            "distance", 20, 0, 512, "least pixels between the items' middles, along the farther axis"),
                    new TaskOption.Whole("clutter", 4, 0, 256, "cut-outs and strokes around the items"),
                    new TaskOption.Whole("classes", 10, 2, 10, "classes of items, the first ones of the data set")),
            o -> new Pair(
                    o.folder("folder"),
                    o.whole("size"),
                    o.whole("shrink"),
                    o.whole("distance"),
                    o.whole("clutter"),
                    o.whole("classes")));

    private final Path folder;
    private final int size;
    private final int shrink;
    private final int distance;
    private final int clutter;
    private final int classes;
    private final Items training;
    private final Items heldOut;

    private Pair(Path folder, int size, int shrink, int distance, int clutter, int classes) {
        this.folder = folder;
        this.size = size;
        this.shrink = shrink;
        this.distance = distance;
        this.clutter = clutter;
        this.classes = classes;
        heldOut = checked(Items.read(folder, Items.HELD_OUT, shrink, classes));
        training = checked(Items.read(folder, Items.TRAINING, shrink, classes));
    }

    private Items checked(Items items) {
        int side = items.side();
        Checks.that(
                size >= 2 * side,
                "task pair has size=%d, expected at least %d for two items of %d pixels"
                        .formatted(size, 2 * side, side));
        Checks.that(
                distance >= side,
                "task pair has distance=%d, expected at least %d, the side of an item".formatted(distance, side));
        Checks.that(
                distance <= size - side,
                "task pair has distance=%d, expected at most %d: size=%d less the side of an item, %d"
                        .formatted(distance, size - side, size, side));
        return items;
    }

    @Override
    public String describe() {
        return KIND.describe(folder, size, shrink, distance, clutter, classes);
    }

    @Override
    public Extents input() {
        return new Extents(1, new Grid(size, size));
    }

    @Override
    public List<Long> labels() {
        return List.of();
    }

    @Override
    public List<String> classes() {
        return List.of("different", "same");
    }

    @Override
    public Batch draw(long seed, long first, int count) {
        Tensor x = Tensor.allocate(input().fileShape(count));
        Tensor label = Tensor.allocate(count);
        for (int b = 0; b < count; b++) {
            RandomGenerator random = Tasks.random(seed, first + b);
            int same = random.nextInt(2);
            label.values().setAtIndex(ValueLayout.JAVA_FLOAT, b, same);
            new Canvas(seed == HELD_OUT ? heldOut : training, random).draw(same == 1, x, (long) b * size * size);
        }
        return new Batch(x, label);
    }

    @Override
    public String pictureCaption() {
        return "Two whole items stand among cut-outs and strokes; dark pixels are large.";
    }

    /** One sample being drawn. */
    private final class Canvas {

        private static final float FAINTEST = 0.3f;

        private final Items items;
        private final RandomGenerator random;
        private final float[] pixels = new float[size * size];
        private final int[] rows = new int[2];
        private final int[] columns = new int[2];

        Canvas(Items items, RandomGenerator random) {
            this.items = items;
            this.random = random;
        }

        void draw(boolean same, Tensor x, long at) {
            place();
            int one = random.nextInt(classes);
            int two = same ? one : (one + 1 + random.nextInt(classes - 1)) % classes;
            int[] ones = items.byClass()[one];
            int first = random.nextInt(ones.length);
            int[] twos = items.byClass()[two];
            int second =
                    same ? (first + 1 + random.nextInt(ones.length - 1)) % ones.length : random.nextInt(twos.length);
            copy(ones[first], 0, 0, items.side(), rows[0], columns[0]);
            copy(twos[second], 0, 0, items.side(), rows[1], columns[1]);
            for (int c = 0; c < clutter; c++) {
                if (c % 2 == 0) {
                    cutOut();
                } else {
                    stroke();
                }
            }
            for (int i = 0; i < pixels.length; i++) {
                x.values().setAtIndex(ValueLayout.JAVA_FLOAT, at + i, pixels[i]);
            }
        }

        /** Places both items: far apart along one axis, anywhere along the other. */
        private void place() {
            int room = size - items.side();
            int away = random.nextInt(distance, room + 1);
            int low = random.nextInt(room - away + 1);
            int end = random.nextInt(2);
            boolean upright = random.nextBoolean();
            int[] far = upright ? rows : columns;
            int[] other = upright ? columns : rows;
            far[end] = low;
            far[1 - end] = low + away;
            other[0] = random.nextInt(room + 1);
            other[1] = random.nextInt(room + 1);
        }

        /** A piece of an item, a third to a half as long as the item. */
        private void cutOut() {
            int side = items.side();
            int piece = random.nextInt(Math.max(1, side / 3), side / 2 + 1);
            int[] some = items.byClass()[random.nextInt(classes)];
            int item = some[random.nextInt(some.length)];
            int row = random.nextInt(side - piece + 1);
            int column = random.nextInt(side - piece + 1);
            int[] to = free(piece);
            copy(item, row, column, piece, to[0], to[1]);
        }

        /** A straight line in a square as large as a cut-out at most. */
        private void stroke() {
            int piece = Math.max(2, items.side() / 2);
            int[] to = free(piece);
            double angle = Math.PI * random.nextDouble();
            float brightness = random.nextFloat(FAINTEST, 1f);
            for (int i = 0; i < 2 * piece; i++) {
                double t = (i / (2.0 * piece - 1) - 0.5) * (piece - 1);
                int row = to[0] + (int) Math.round((piece - 1) / 2.0 + t * Math.sin(angle));
                int column = to[1] + (int) Math.round((piece - 1) / 2.0 + t * Math.cos(angle));
                pixels[row * size + column] = Math.max(pixels[row * size + column], brightness);
            }
        }

        /** Where a square of some pixels touches neither item. */
        private int[] free(int piece) {
            while (true) {
                int row = random.nextInt(size - piece + 1);
                int column = random.nextInt(size - piece + 1);
                if (clear(row, column, piece, 0) && clear(row, column, piece, 1)) {
                    return new int[] {row, column};
                }
            }
        }

        private boolean clear(int row, int column, int piece, int item) {
            int side = items.side();
            return row + piece <= rows[item]
                    || row >= rows[item] + side
                    || column + piece <= columns[item]
                    || column >= columns[item] + side;
        }

        private void copy(int item, int fromRow, int fromColumn, int piece, int row, int column) {
            for (int i = 0; i < piece; i++) {
                for (int j = 0; j < piece; j++) {
                    int at = (row + i) * size + column + j;
                    pixels[at] = Math.max(pixels[at], items.at(item, fromRow + i, fromColumn + j));
                }
            }
        }
    }
}
