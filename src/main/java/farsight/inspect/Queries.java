package farsight.inspect;

import farsight.data.DataException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which positions to show maps of, or to look at where there are too many for all.
 *
 * @param spread how many, spread over the picture, where no points are given
 * @param points columns and rows; empty to spread
 */
public record Queries(int spread, List<Point> points) {

    /** Most maps in a picture. */
    public static final int MOST = 24;

    /** A column and a row. */
    public record Point(int x, int y) {}

    /** Copies the list. */
    public Queries {
        points = List.copyOf(points);
    }

    /**
     * Reads {@code 6}, so many spread over the picture, or {@code 10,20;30,5}, columns and rows.
     *
     * @throws IllegalArgumentException in one line that says what is expected
     */
    public static Queries parse(String text) {
        try {
            if (!text.contains(",")) {
                int count = Integer.parseInt(text.strip());
                if (count < 1 || count > MOST) {
                    throw new IllegalArgumentException("'%s': expected 1 to %d queries".formatted(text, MOST));
                }
                return new Queries(count, List.of());
            }
            List<Point> points = new ArrayList<>();
            for (String pair : text.split(";", -1)) {
                String[] parts = pair.split(",", -1);
                if (parts.length != 2) {
                    throw new NumberFormatException(pair);
                }
                points.add(new Point(Integer.parseInt(parts[0].strip()), Integer.parseInt(parts[1].strip())));
            }
            if (points.size() > MOST) {
                throw new IllegalArgumentException("%d queries: expected 1 to %d".formatted(points.size(), MOST));
            }
            return new Queries(points.size(), points);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'%s' are no queries; write how many, for example 5, or columns and rows, for example 10,20;30,5"
                            .formatted(text),
                    e);
        }
    }

    /**
     * The queries in a picture.
     *
     * @throws DataException when one lies outside, or points are given and there is no picture
     */
    List<Query> in(@Nullable Scene scene, int positions) {
        if (scene == null) {
            if (!points.isEmpty()) {
                throw new DataException("--queries names columns and rows, but these features lie on no grid;"
                        + " expected how many to take, for example 5");
            }
            int count = Math.min(spread, positions);
            return IntStream.range(0, count)
                    .mapToObj(i -> new Query((int) ((i + 0.5) * positions / count), 0, 0))
                    .toList();
        }
        if (points.isEmpty()) {
            return spread(scene);
        }
        check(scene.width(), scene.height());
        return points.stream().map(p -> scene.nearest(p.x(), p.y())).toList();
    }

    /**
     * Checks that every point given lies in a picture.
     *
     * @throws DataException that names the first that does not
     */
    void check(long width, long height) {
        for (Point p : points) {
            if (p.x() < 0 || p.x() >= width || p.y() < 0 || p.y() >= height) {
                throw new DataException(
                        "--queries: %d,%d lies outside of the %d x %d positions; expected columns 0 to %d and rows 0 to %d"
                                .formatted(p.x(), p.y(), width, height, width - 1, height - 1));
            }
        }
    }

    // The additive recurrence of the plastic number (Roberts 2018): any number of points, evenly spread, the
    // first in the middle.
    private List<Query> spread(Scene scene) {
        double plastic = 1.324717957244746;
        List<Query> queries = new ArrayList<>();
        for (int i = 0; i < spread; i++) {
            double u = (0.5 + i / plastic) % 1;
            double v = (0.5 + i / (plastic * plastic)) % 1;
            Query q = scene.nearest((int) (u * scene.width()), (int) (v * scene.height()));
            if (!queries.contains(q)) {
                queries.add(q);
            }
        }
        return queries;
    }

    /** A random sample without repeats, ascending; all where {@code count} is as many. */
    static int[] sample(int population, long count, long seed) {
        if (count >= population) {
            return IntStream.range(0, population).toArray();
        }
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int[] all = IntStream.range(0, population).toArray();
        int n = (int) count;
        for (int i = 0; i < n; i++) {
            int j = random.nextInt(i, population);
            int other = all[j];
            all[j] = all[i];
            all[i] = other;
        }
        return IntStream.range(0, n).map(i -> all[i]).sorted().toArray();
    }
}
