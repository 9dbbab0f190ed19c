package farsight.task;

import farsight.block.Grid;
import farsight.block.spec.Checks;
import farsight.data.Tensor;
import farsight.network.Extents;
import farsight.train.Batch;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Associative recall on a grid. Some cells hold a key with a value, others ask for a key's value: their label is the
 * value that stands with the key, at least some distance away. All other cells are empty or, as distractors, hold a
 * value without a key; they have no label.
 *
 * <p>A network that sees a query's neighbourhood alone can only guess. One vector for all positions must hold every
 * key's value; attention reads the one that is asked for.
 *
 * <p>Channels: one per key, one per value, and a last one that is 1 at queries.
 *
 * @param size cells of a side
 * @param keys number of keys, each in one cell with its value
 * @param values number of values, the classes
 * @param queries cells that ask
 * @param distance least distance of a query from its key's cell, along the farther axis
 * @param distractors cells with a value and no key
 */
record Recall(int size, int keys, int values, int queries, int distance, int distractors) implements Task {

    static final TaskKind KIND = new TaskKind(
            "recall",
            "Cells ask for the value that stands with their key elsewhere on a grid: a label for every asking cell.",
            List.of(
                    new TaskOption.Whole("size", 16, 4, 256, "cells of a side"),
                    new TaskOption.Whole("keys", 4, 1, 64, "keys, each in one cell with its value"),
                    new TaskOption.Whole("values", 4, 2, 64, "values, the classes"),
                    new TaskOption.Whole("queries", 8, 1, 1024, "cells that ask"),
                    new TaskOption.Whole(
                            "distance", 6, 0, 256, "least cells between a query and its key, along the farther axis"),
                    new TaskOption.Whole("distractors", 0, 0, 1024, "cells with a value and no key")),
            o -> new Recall(
                    o.whole("size"),
                    o.whole("keys"),
                    o.whole("values"),
                    o.whole("queries"),
                    o.whole("distance"),
                    o.whole("distractors")));

    private static final int EMPTY = 0xF2F2F0;
    private static final int PAPER = 0xFFFFFF;
    private static final int INK = 0x1A1A1A;

    Recall {
        Checks.that(
                keys + queries + distractors <= size * size / 2,
                "task recall: %d keys, %d queries and %d distractors fill more than half of %d x %d cells"
                        .formatted(keys, queries, distractors, size, size));
        Checks.that(
                2 * distance <= size,
                "task recall has distance=%d, expected at most half of size=%d".formatted(distance, size));
        int near = Math.max(0, 2 * distance - 1);
        // So that a free cell far from a key always remains.
        Checks.that(
                keys + queries + distractors <= size * size - near * near,
                "task recall: %d keys, %d queries and %d distractors do not fit %d x %d cells at distance=%d"
                        .formatted(keys, queries, distractors, size, size, distance));
    }

    @Override
    public String describe() {
        return KIND.describe(size, keys, values, queries, distance, distractors);
    }

    @Override
    public Extents input() {
        return new Extents(keys + values + 1L, new Grid(size, size));
    }

    @Override
    public List<Long> labels() {
        return Tasks.square(size);
    }

    @Override
    public List<String> classes() {
        return IntStream.range(0, values).mapToObj(v -> "value " + v).toList();
    }

    @Override
    public Batch draw(long seed, long first, int count) {
        Tensor x = Tensor.allocate(input().fileShape(count));
        Tensor label = Tensor.allocate(count, size, size);
        for (int b = 0; b < count; b++) {
            new Sample(x, label, b, Tasks.random(seed, first + b)).draw();
        }
        return new Batch(x, label);
    }

    /** A number is a key, a colour a value; a query is a key in a frame. */
    @Override
    public Optional<SamplePicture> picture(Tensor x, int sample) {
        CellPainter painter = new CellPainter(size, EMPTY);
        long first = sample * (keys + values + 1L) * size * size;
        for (int cell = 0; cell < size * size; cell++) {
            int key = hot(x, first, 0, keys, cell);
            int value = hot(x, first, keys, values, cell);
            boolean asks = hot(x, first, keys + values, 1, cell) == 0;
            int color = value >= 0 ? ClassColors.of(value) : PAPER;
            if (value >= 0 || asks) {
                painter.fill(cell, color);
            }
            if (asks) {
                painter.outline(cell, INK);
            }
            if (key >= 0) {
                painter.number(cell, key, ClassColors.ink(color));
            }
        }
        return Optional.of(painter.picture());
    }

    @Override
    public String pictureCaption() {
        return "In the input a coloured cell holds a value, its number the key; a number in a frame asks for the value that"
                + " stands with that key.";
    }

    /** Which of some channels is set; -1 for none. */
    private int hot(Tensor x, long first, int from, int count, int cell) {
        for (int c = 0; c < count; c++) {
            if (x.get(first + (long) (from + c) * size * size + cell) > 0.5f) {
                return c;
            }
        }
        return -1;
    }

    /** One sample being drawn. */
    private final class Sample {
        private final Tensor x;
        private final Tensor label;
        private final int index;
        private final RandomGenerator random;
        private final List<Integer> free = new ArrayList<>();

        Sample(Tensor x, Tensor label, int index, RandomGenerator random) {
            this.x = x;
            this.label = label;
            this.index = index;
            this.random = random;
            for (int cell = 0; cell < size * size; cell++) {
                free.add(cell);
                label(cell, IGNORED);
            }
        }

        void draw() {
            int[] places = new int[keys];
            int[] held = new int[keys];
            for (int k = 0; k < keys; k++) {
                places[k] = take(-1);
                held[k] = random.nextInt(values);
                set(k, places[k]);
                set(keys + held[k], places[k]);
            }
            for (int q = 0; q < queries; q++) {
                int key = random.nextInt(keys);
                int cell = take(places[key]);
                set(key, cell);
                set(keys + values, cell);
                label(cell, held[key]);
            }
            for (int d = 0; d < distractors; d++) {
                set(keys + random.nextInt(values), take(-1));
            }
        }

        /** A free cell, far from another unless that is negative. */
        private int take(int from) {
            while (true) {
                int at = random.nextInt(free.size());
                int cell = free.get(at);
                if (from < 0 || away(cell, from) >= distance) {
                    free.set(at, free.getLast());
                    free.removeLast();
                    return cell;
                }
            }
        }

        private int away(int a, int b) {
            return Math.max(Math.abs(a / size - b / size), Math.abs(a % size - b % size));
        }

        private void set(int channel, int cell) {
            long channels = keys + values + 1L;
            x.values().setAtIndex(ValueLayout.JAVA_FLOAT, (index * channels + channel) * size * size + cell, 1f);
        }

        private void label(int cell, int value) {
            label.values().setAtIndex(ValueLayout.JAVA_FLOAT, (long) index * size * size + cell, value);
        }
    }
}
