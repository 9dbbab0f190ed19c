package farsight.task;

import farsight.block.Grid;
import farsight.block.spec.Checks;
import farsight.data.Tensor;
import farsight.network.Extents;
import farsight.train.Batch;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Which of two shapes is in the majority: outlined squares against crosses, scattered over the whole map without
 * overlap, in noise. Shapes stand in slots of 4×4 cells; each free slot asks for the majority, at the cell where a
 * shape would have its middle. All other cells have no label.
 *
 * <p>Every window of 5×5 cells around a label is empty, so a network that sees no more can only guess. One vector for
 * all positions answers every label.
 *
 * @param size cells of a side
 * @param shapes number of shapes
 * @param margin how many more the majority has, at least
 */
record Count(int size, int shapes, int margin) implements Task {

    static final TaskKind KIND = new TaskKind(
            "count",
            "Which of two shapes there are more of, in noise: a label in the middle of every free place.",
            List.of(
                    new TaskOption.Whole("size", 32, 12, 512, "cells of a side"),
                    new TaskOption.Whole("shapes", 15, 3, 999, "shapes altogether"),
                    new TaskOption.Whole("margin", 3, 1, 999, "how many more the majority has, at least")),
            o -> new Count(o.whole("size"), o.whole("shapes"), o.whole("margin")));

    private static final int SIDE = 3;
    private static final int SLOT = SIDE + 1;
    private static final float NOISE = 0.1f;

    Count {
        Checks.that(
                shapes < (size / SLOT) * (size / SLOT),
                "task count: %d shapes leave no free slot of %d x %d cells on %d x %d cells"
                        .formatted(shapes, SLOT, SLOT, size, size));
        Checks.that(margin <= shapes, "task count has margin=%d, expected at most shapes=%d".formatted(margin, shapes));
    }

    @Override
    public String describe() {
        return KIND.describe(size, shapes, margin);
    }

    @Override
    public Extents input() {
        return new Extents(1, new Grid(size, size));
    }

    @Override
    public List<Long> labels() {
        return Tasks.square(size);
    }

    @Override
    public List<String> classes() {
        return List.of("squares", "crosses");
    }

    @Override
    public Batch draw(long seed, long first, int count) {
        Tensor x = Tensor.allocate(input().fileShape(count));
        Tensor label = Tensor.allocate(count, size, size);
        for (int b = 0; b < count; b++) {
            RandomGenerator random = Tasks.random(seed, first + b);
            int major = random.nextInt(2);
            draw(x, label, (long) b * size * size, major, random);
        }
        return new Batch(x, label);
    }

    @Override
    public String pictureCaption() {
        return "The input is drawn dark where it is large; a label stands in the middle of each free slot.";
    }

    private void draw(Tensor x, Tensor label, long at, int major, RandomGenerator random) {
        for (int i = 0; i < size * size; i++) {
            x.values().setAtIndex(ValueLayout.JAVA_FLOAT, at + i, (float) (NOISE * random.nextGaussian()));
            label.values().setAtIndex(ValueLayout.JAVA_FLOAT, at + i, IGNORED);
        }
        int most = (shapes - margin) / 2;
        int minor = most == 0 ? 0 : random.nextInt(most + 1);
        int across = size / SLOT;
        int[] slots = new int[across * across];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = i;
        }
        for (int s = 0; s < shapes; s++) {
            int other = random.nextInt(s, slots.length);
            int slot = slots[other];
            slots[other] = slots[s];
            slots[s] = slot;
            int shape = s < minor ? 1 - major : major;
            stamp(x, at, slot / across * SLOT, slot % across * SLOT, shape);
        }
        for (int s = shapes; s < slots.length; s++) {
            int row = slots[s] / across * SLOT + 1;
            int column = slots[s] % across * SLOT + 1;
            label.values().setAtIndex(ValueLayout.JAVA_FLOAT, at + (long) row * size + column, major);
        }
    }

    private void stamp(Tensor x, long at, int row, int column, int shape) {
        for (int i = 0; i < SIDE; i++) {
            for (int j = 0; j < SIDE; j++) {
                boolean middle = i == 1 && j == 1;
                boolean on = shape == 0 ? !middle : i == 1 || j == 1;
                if (on) {
                    long cell = at + (long) (row + i) * size + column + j;
                    x.values().setAtIndex(ValueLayout.JAVA_FLOAT, cell, x.get(cell) + 1f);
                }
            }
        }
    }
}
