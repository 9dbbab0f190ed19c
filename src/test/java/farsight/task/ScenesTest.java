package farsight.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import farsight.train.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenesTest {

    private static final int POINTS = 64;

    @TempDir
    Path folder;

    /** Fields of a point: x, y, z, label, and with colours rgba. */
    private interface Points {
        double[] at(int point);
    }

    private void file(String name, int points, Points of) throws IOException {
        boolean colours = of.at(0).length > 4;
        StringBuilder out = new StringBuilder("VERSION 0.7\n")
                .append(colours ? "FIELDS x y z label rgba\n" : "FIELDS x y z label\n")
                .append(colours ? "SIZE 4 4 4 4 4\nTYPE F F F U U\n" : "SIZE 4 4 4 4\nTYPE F F F U\n")
                .append("WIDTH %d\nHEIGHT 1\nPOINTS %d\nDATA ascii\n".formatted(points, points));
        for (int n = 0; n < points; n++) {
            double[] p = of.at(n);
            out.append(String.format(
                    Locale.ROOT, "%s %s %s %d", p[0], p[1], Double.isNaN(p[2]) ? "nan" : p[2], (int) p[3]));
            out.append(colours ? " " + (long) p[4] : "").append('\n');
        }
        Files.writeString(folder.resolve(name), out);
    }

    /** Two files to learn, two to test; a point's x tells its file and its number. */
    @BeforeEach
    void files() throws IOException {
        for (String name : new String[] {"learn0", "learn1", "test0", "test1"}) {
            int file = name.charAt(name.length() - 1) - '0' + (name.startsWith("test") ? 2 : 0);
            file(name + ".pcd", 100, n ->
                    new double[] {1000 * file + n, n % 7, n % 3 == 0 ? Double.NaN : n % 5, n % 40});
        }
        Files.writeString(folder.resolve("learn.txt"), "not a scan");
    }

    private Task scenes(String more) {
        return Tasks.parse("scenes:folder=%s,points=%d%s".formatted(folder, POINTS, more));
    }

    @Test
    void aSampleIsPartOfOneFileCentredAndScaled() {
        Batch batch = scenes("").draw(1, 0, 20);
        assertThat(batch.x().shape()).containsExactly(20, 3, POINTS);
        for (int b = 0; b < 20; b++) {
            double square = 0;
            for (int axis = 0; axis < 3; axis++) {
                double sum = 0;
                for (int n = 0; n < POINTS; n++) {
                    double v = batch.x().get((b * 3L + axis) * POINTS + n);
                    sum += v;
                    square += v * v;
                }
                assertThat(sum / POINTS).isCloseTo(0, within(1e-5));
            }
            assertThat(square / (3 * POINTS)).isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void aPointKeepsItsLabelAndPointsWithoutAPositionAreLeftOut() throws IOException {
        // Height tells the label; all points of a file are drawn, as it has just so many with a position.
        for (String name : new String[] {"learn0.pcd", "learn1.pcd"}) {
            file(name, 2 * POINTS, n ->
                    new double[] {n % 2 == 0 ? Double.NaN : 1, 2, Math.floorDiv(n, 2), Math.floorDiv(n, 2)});
        }
        Batch batch = scenes("").draw(5, 0, 3);
        for (int b = 0; b < 3; b++) {
            double least = Double.POSITIVE_INFINITY;
            double most = Double.NEGATIVE_INFINITY;
            for (int n = 0; n < POINTS; n++) {
                least = Math.min(least, batch.x().get((b * 3L + 2) * POINTS + n));
                most = Math.max(most, batch.x().get((b * 3L + 2) * POINTS + n));
            }
            Set<Integer> labels = new HashSet<>();
            for (int n = 0; n < POINTS; n++) {
                double z = batch.x().get((b * 3L + 2) * POINTS + n);
                int label = (int) Math.round((z - least) / (most - least) * (POINTS - 1));
                int expected = label >= 20 ? 1 : label >= 1 && label <= 9 ? 0 : Task.IGNORED;
                assertThat(batch.label().get((long) b * POINTS + n)).isEqualTo(expected);
                labels.add(label);
            }
            assertThat(labels).as("every point once").hasSize(POINTS);
        }
    }

    @Test
    void coloursFollowThePosition() throws IOException {
        for (String name : new String[] {"learn0.pcd", "learn1.pcd", "test0.pcd", "test1.pcd"}) {
            file(name, POINTS, n -> new double[] {n, 0, 0, 1, 0xFF0000 | n});
        }
        Task task = scenes("");
        assertThat(task.input().channels()).isEqualTo(6);
        Batch batch = task.draw(1, 0, 1);
        for (int n = 0; n < POINTS; n++) {
            assertThat(batch.x().get(3L * POINTS + n)).isEqualTo(0.5f);
            assertThat(batch.x().get(4L * POINTS + n)).isEqualTo(-0.5f);
        }
        assertThat(task.picture(batch.x(), 0).orElseThrow().rgb()).contains(0xFF0000 | 5, 0xFF0000 | 60);
        file("test1.pcd", 100, n -> new double[] {n, 0, 0, 1});
        refused("", "test1.pcd has no colours, and test0.pcd has colours");
        file("test0.pcd", 100, n -> new double[] {n, 0, 0, 1});
        refused("", "learn*.pcd have colours, and test*.pcd have no colours");
    }

    @Test
    void heldOutSamplesTakeTheTestFilesInTurnAndTrainingOnesNever() throws IOException {
        // All points of a file are at the same height, but for one.
        file("learn0.pcd", POINTS, n -> new double[] {n, 0, 0, 1});
        file("learn1.pcd", POINTS, n -> new double[] {n, 0, 0, 1});
        file("test0.pcd", POINTS, n -> new double[] {n, 0, 0, 25});
        file("test1.pcd", POINTS, n -> new double[] {n, 0, 0, n < 32 ? 25 : 1});
        Task task = scenes("");
        assertThat(task.draw(1, 0, 30).label().toArray()).containsOnly(0);
        for (int first = 0; first < 3; first++) {
            float[] labels = task.draw(Task.HELD_OUT, first, 1).label().toArray();
            int objects = 0;
            for (float label : labels) {
                objects += (int) label;
            }
            assertThat(objects).isEqualTo(first % 2 == 0 ? POINTS : 32);
        }
    }

    @Test
    void augmentationTurnsTrainingSamplesAlone() {
        Task plain = scenes("");
        Task turned = scenes(",augment=1");
        assertThat(turned.draw(Task.HELD_OUT, 0, 4).x())
                .isEqualTo(plain.draw(Task.HELD_OUT, 0, 4).x());
        Batch one = plain.draw(1, 0, 4);
        Batch other = turned.draw(1, 0, 4);
        assertThat(other.x()).isNotEqualTo(one.x());
        assertThat(other.label()).isEqualTo(one.label());
        for (int b = 0; b < 4; b++) {
            for (int n = 0; n < POINTS; n++) {
                assertThat(radius(other, b, n)).isCloseTo(radius(one, b, n), within(1e-4));
                assertThat(other.x().get((b * 3L + 1) * POINTS + n))
                        .isEqualTo(one.x().get((b * 3L + 1) * POINTS + n));
            }
        }
    }

    private static double radius(Batch batch, int sample, int n) {
        return Math.hypot(batch.x().get(sample * 3L * POINTS + n), batch.x().get((sample * 3L + 2) * POINTS + n));
    }

    private void refused(String more, String... saying) {
        assertThatThrownBy(() -> scenes(more)).message().contains(saying).hasLineCount(1);
    }

    @Test
    void whatIsMissingIsOneLine() throws IOException {
        assertThatThrownBy(() -> Tasks.parse("scenes")).hasMessageContaining("task scenes needs folder=…");
        assertThatThrownBy(() -> Tasks.parse("scenes:folder=" + folder.resolve("none")))
                .hasMessageContaining("there is no folder " + folder.resolve("none"));
        assertThatThrownBy(() -> Tasks.parse("scenes:folder=" + folder.resolve("learn.txt")))
                .hasMessageContaining("learn.txt is not a folder");
        refused(",train=lesson", "the folder " + folder + " has no file lesson*.pcd");
        refused(",train=te", "train=te and test=test, of which one begins with the other");
        refused(",points=90".replace(",points", ",augment"), "augment=90");
        file("learn2.pcd", 10, n -> new double[] {n, 0, 0, 1});
        refused("", "learn2.pcd has 10 points with a position, fewer than points=64");
        file("learn2.pcd", 100, n -> new double[] {n, 0, 0, 15});
        refused("", "learn2.pcd has no label that counts");
        Files.writeString(
                folder.resolve("learn2.pcd"),
                "VERSION 0.7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nWIDTH 1\nHEIGHT 1\nPOINTS 1\nDATA ascii\n1 2 3\n");
        refused("", "learn2.pcd has no labels");
        Files.writeString(folder.resolve("learn2.pcd"), "garbage");
        refused("", "learn2.pcd is not a point cloud");
    }
}
