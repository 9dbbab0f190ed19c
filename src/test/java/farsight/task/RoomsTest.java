package farsight.task;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.task.Solid.Hit;
import farsight.train.Batch;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoomsTest {

    private static final int POINTS = 1024;
    private static final int CHANNELS = 5;

    private static float[] channel(Batch batch, int sample, int channel, int points) {
        float[] all = new float[points];
        for (int n = 0; n < points; n++) {
            all[n] = batch.x().get(((long) sample * CHANNELS + channel) * points + n);
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(ints = {1024, 1025, 65536})
    void aSceneHasExactlyItsPointsAllFiniteAndLabelled(int points) {
        Task task = Tasks.parse("rooms:points=" + points);
        Batch batch = task.draw(1, 0, 2);
        assertThat(batch.x().shape()).containsExactly(2, CHANNELS, points);
        assertThat(batch.label().shape()).containsExactly(2, points);
        assertThat(batch.x().nonFinite()).isZero();
        for (float label : batch.label().toArray()) {
            assertThat(label).isBetween(0f, task.classes().size() - 1f).isEqualTo((float) Math.rint(label));
        }
    }

    @Test
    void everyClassHasItsShareAndNoneHasMostOfThePoints() {
        Task task = Tasks.parse("rooms:points=" + POINTS);
        int samples = 60;
        int[] counts = new int[task.classes().size()];
        for (float label : task.draw(3, 0, samples).label().toArray()) {
            counts[(int) label]++;
        }
        for (int k = 0; k < counts.length; k++) {
            assertThat((double) counts[k] / (samples * POINTS))
                    .as(task.classes().get(k))
                    .isBetween(0.015, 0.6);
        }
    }

    /** The place of a ray's end, a little before it or after it. */
    private static double[] along(double[] o, double[] d, double t) {
        return new double[] {o[0] + t * d[0], o[1] + t * d[1], o[2] + t * d[2]};
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void nothingStandsBetweenAPointAndItsScannerAndThePointIsOnASurface(long seed) {
        RandomGenerator random = Tasks.random(seed, 0);
        IndoorScene scene = new IndoorScene(random, 2);
        assertThat(scene.scanners()).hasSize(2);
        int onSolids = 0;
        Hit hit = new Hit();
        for (int ray = 0; ray < 2000; ray++) {
            double[] o = scene.scanners().get(ray % 2);
            double angle = random.nextDouble(2 * Math.PI);
            double up = random.nextDouble(-1, 1);
            double flat = Math.sqrt(1 - up * up);
            double[] d = {flat * Math.cos(angle), flat * Math.sin(angle), up};
            scene.cast(o, d, hit);
            for (double t = 0; t < hit.t; t += 0.01) {
                double[] p = along(o, d, t);
                // A ray may graze a surface, not pass a millimetre below it.
                assertThat(scene.solid(p[0], p[1], p[2], 1e-3)).isFalse();
            }
            boolean room =
                    hit.label == Furniture.FLOOR || hit.label == Furniture.CEILING || hit.label == Furniture.WALL;
            if (!room) {
                double[] p = along(o, d, hit.t);
                assertThat(scene.solid(p[0], p[1], p[2], -1e-6)).isTrue();
                onSolids++;
            }
        }
        assertThat(onSolids).isPositive();
    }

    @Test
    void aSolidHidesWhatIsBehindIt() {
        // A shelf's side hides the floor behind it from a scanner: as a shadow, no ray of many ends there.
        Furniture.Shape box =
                new Furniture.Shape(java.util.List.of(Solid.box(Furniture.SHELF, -0.5, -0.5, 0, 0.5, 0.5, 1)));
        Furniture placed = box.at(2, 0, 0.3);
        double[] o = {0, 0, 0.5};
        for (double y = -0.4; y <= 0.4; y += 0.05) {
            double length = Math.hypot(2, y);
            double[] d = {2 / length, y / length, 0};
            Hit hit = new Hit();
            hit.t = 10;
            placed.hit(o, d, hit);
            assertThat(hit.t).isBetween(1.2, 2.5);
            assertThat(hit.label).isEqualTo(Furniture.SHELF);
            Hit nearer = new Hit();
            nearer.t = 1;
            placed.hit(o, d, nearer);
            assertThat(nearer.t).as("something nearer stays").isEqualTo(1);
        }
    }

    @Test
    void theOriginsHeightIsUnrelatedToTheFloors() {
        Batch batch = Tasks.parse("rooms:lift=3,points=" + POINTS).draw(1, 0, 40);
        Batch level = Tasks.parse("rooms:lift=0,noise=0,points=" + POINTS).draw(1, 0, 40);
        double[] floors = new double[40];
        for (int b = 0; b < 40; b++) {
            float[] z = channel(batch, b, 2, POINTS);
            floors[b] = low(z);
            assertThat(low(channel(level, b, 2, POINTS))).isBetween(-1e-5, 0.1);
        }
        assertThat(Arrays.stream(floors).max().orElseThrow()
                        - Arrays.stream(floors).min().orElseThrow())
                .as("metres between the floors of scenes")
                .isGreaterThan(4);
    }

    private static double low(float... z) {
        float[] sorted = z.clone();
        Arrays.sort(sorted);
        return sorted[20];
    }

    @Test
    void levelPlanesAreAlikeButForTheirHeight() {
        Batch batch = Tasks.parse("rooms:points=65536").draw(1, 0, 3);
        double[] sum = new double[7];
        int[] count = new int[7];
        for (int b = 0; b < 3; b++) {
            float[] upright = channel(batch, b, 3, 65536);
            for (int n = 0; n < 65536; n++) {
                int label = (int) batch.label().get(b * 65536L + n);
                if (upright[n] > 0.8) {
                    sum[label] += upright[n];
                    count[label]++;
                }
            }
        }
        for (int k : new int[] {Furniture.CEILING, Furniture.TABLE, Furniture.CHAIR, Furniture.SHELF}) {
            assertThat(count[k]).isGreaterThan(100);
            assertThat(sum[k] / count[k]).isCloseTo(sum[0] / count[0], org.assertj.core.data.Offset.offset(0.04));
        }
    }

    @Test
    void densityVaries() {
        Batch batch = Tasks.parse("rooms:scanners=1,points=" + POINTS).draw(2, 0, 1);
        double[] nearest = new double[POINTS];
        for (int i = 0; i < POINTS; i++) {
            double best = Double.POSITIVE_INFINITY;
            for (int j = 0; j < POINTS; j++) {
                double square = 0;
                for (int axis = 0; axis < 3; axis++) {
                    double d = batch.x().get(axis * POINTS + i) - batch.x().get(axis * POINTS + j);
                    square += d * d;
                }
                best = i == j ? best : Math.min(best, square);
            }
            nearest[i] = Math.sqrt(best);
        }
        Arrays.sort(nearest);
        assertThat(nearest[POINTS * 9 / 10]).isGreaterThan(4 * nearest[POINTS / 10]);
    }

    @Test
    void pointsComeInRandomOrder() {
        float[] labels =
                Tasks.parse("rooms:points=" + POINTS).draw(2, 0, 1).label().toArray();
        Set<Float> begin = new HashSet<>();
        for (int n = 0; n < POINTS / 4; n++) {
            begin.add(labels[n]);
        }
        assertThat(begin).hasSizeGreaterThanOrEqualTo(5);
    }
}
