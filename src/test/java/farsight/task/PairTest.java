package farsight.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.data.image.IdxBytes;
import farsight.train.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairTest {

    private static final int CLASSES = 3;
    private static final int TRAINING = 10;
    private static final int HELD_OUT = 110;
    private static final int SAMPLES = 400;

    @TempDir
    Path folder;

    /** An item is a square of one grey, its own. */
    @BeforeEach
    void items() {
        SmallItems.write(folder, CLASSES, (heldOut, item, _, _) -> (heldOut ? HELD_OUT : TRAINING) + item);
    }

    private Task pair(String options) {
        return Tasks.parse("pair:folder=%s,shrink=1,classes=%d,%s".formatted(folder, CLASSES, options));
    }

    private record Found(int item, int row, int column) {}

    /** The whole items of a canvas, by their greys. */
    private static List<Found> items(Batch batch, int sample, int size, int from) {
        List<Found> found = new ArrayList<>();
        for (int cell = 0; cell < size * size; cell++) {
            int row = cell / size;
            int column = cell % size;
            int grey = grey(batch, sample, size, row, column);
            boolean item = grey >= from && grey < from + CLASSES * SmallItems.EACH;
            boolean whole = item;
            for (int i = 0; i < SmallItems.SIDE * SmallItems.SIDE && whole; i++) {
                int across = i % SmallItems.SIDE;
                whole = grey(batch, sample, size, row + i / SmallItems.SIDE, column + across) == grey;
            }
            if (whole) {
                found.add(new Found(grey - from, row, column));
            }
        }
        return found;
    }

    private static int grey(Batch batch, int sample, int size, int row, int column) {
        boolean inside = row >= 0 && row < size && column >= 0 && column < size;
        return inside ? Math.round(255 * batch.x().get(((long) sample * size + row) * size + column)) : 0;
    }

    @ParameterizedTest
    @CsvSource({"16,8,0", "16,4,0", "16,12,0", "24,14,9", "40,4,30"})
    void aCanvasHoldsTwoWholeItemsFarApartAndTheLabelComparesTheirClasses(int size, int distance, int clutter) {
        Task task = pair("size=%d,distance=%d,clutter=%d".formatted(size, distance, clutter));
        for (long seed : new long[] {4, Task.HELD_OUT}) {
            Batch batch = task.draw(seed, 0, SAMPLES);
            int same = 0;
            Set<Integer> used = new HashSet<>();
            for (int b = 0; b < SAMPLES; b++) {
                List<Found> found = items(batch, b, size, seed == Task.HELD_OUT ? HELD_OUT : TRAINING);
                assertThat(found)
                        .as("items of sample %d, all of their own half", b)
                        .hasSize(2);
                Found one = found.getFirst();
                Found two = found.getLast();
                int away = Math.max(Math.abs(one.row - two.row), Math.abs(one.column - two.column));
                assertThat(away).isGreaterThanOrEqualTo(distance);
                boolean alike = one.item % CLASSES == two.item % CLASSES;
                assertThat(batch.label().get(b)).isEqualTo(alike ? 1 : 0);
                assertThat(one.item).as("never an item with itself").isNotEqualTo(two.item);
                same += alike ? 1 : 0;
                used.add(one.item);
                used.add(two.item);
            }
            assertThat(same).as("balanced").isBetween(SAMPLES * 2 / 5, SAMPLES * 3 / 5);
            assertThat(used).as("every item is drawn").hasSize(CLASSES * SmallItems.EACH);
        }
    }

    @Test
    void clutterOfAHalfComesFromThatHalf() {
        int size = 32;
        Batch batch = pair("size=32,distance=10,clutter=1").draw(Task.HELD_OUT, 0, SAMPLES);
        for (int cell = 0; cell < SAMPLES * size * size; cell++) {
            int grey = Math.round(255 * batch.x().get(cell));
            assertThat(grey == 0 || grey >= HELD_OUT).isTrue();
        }
    }

    @Test
    void anItemShrinksToTheMeansOfItsSquares() throws IOException {
        SmallItems.write(folder, 2, (_, _, row, column) -> 10 * (row / 2) + 100 * (column / 2) + row % 2);
        Items items = Items.read(folder, Items.TRAINING, 2, 2);
        assertThat(items.side()).isEqualTo(2);
        // The halves 0.5 are rounded up.
        assertThat(items.pixels()).startsWith((byte) 1, (byte) 101, (byte) 11, (byte) 111);
    }

    private void refused(String options, String... saying) {
        assertThatThrownBy(() -> pair(options)).message().contains(saying).hasLineCount(1);
    }

    @Test
    void itemsThatDoNotFitAreRefused() {
        refused("size=16,distance=3", "distance=3, expected at least 4, the side of an item");
        refused("size=16,distance=13", "distance=13, expected at most 12");
        assertThatThrownBy(() -> Tasks.parse("pair:size=16,distance=8,shrink=3,folder=" + folder))
                .hasMessageContaining("images of 4 x 4")
                .hasMessageContaining("a multiple of shrink=3");
        assertThatThrownBy(() -> Tasks.parse("pair:size=16,distance=8,shrink=1,folder=" + folder))
                .hasMessageContaining("has 0 items of class 3, expected at least 2 of each from 0 to 9");
    }

    @Test
    void missingDataSaysHowToGetIt() throws IOException {
        assertThatThrownBy(() -> Tasks.parse("pair:folder=" + folder.resolve("none")))
                .message()
                .contains("there is no folder " + folder.resolve("none"), "dataset-fashion-mnist", "folder=")
                .hasLineCount(1);
        Files.delete(folder.resolve(Items.TRAINING.getFirst()));
        refused(
                "size=16,distance=8",
                "the folder " + folder + " has no file train-images-idx3-ubyte or train-images-idx3-ubyte.gz",
                "dataset-fashion-mnist");
        assertThatThrownBy(() -> Tasks.parse("pair:folder="))
                .hasMessage("task pair has folder= without a value, expected a folder");
    }

    @Test
    void imagesAndLabelsMustBelongTogether() throws IOException {
        Files.write(folder.resolve(Items.TRAINING.getLast()), IdxBytes.of(new byte[5], 5));
        refused("size=16,distance=8", "has 18 images, and train-labels-idx1-ubyte 5 labels");
        Files.write(folder.resolve(Items.TRAINING.getLast()), new byte[] {1, 2, 3});
        refused("size=16,distance=8", "train-labels-idx1-ubyte is not an IDX file");
        Files.write(folder.resolve(Items.TRAINING.getLast()), IdxBytes.of(new byte[18], 18));
        Files.write(folder.resolve(Items.TRAINING.getFirst()), IdxBytes.of(new byte[18 * 12], 18, 3, 4));
        refused("size=16,distance=8", "images of 3 x 4, expected squares");
    }
}
