package farsight.inspect;

import farsight.data.DataException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The positions whose maps are shown, or that are sampled where all would be too many.
 *
 * @param spread number of positions to spread over the picture, where none are named
 * @param points columns and rows in a picture; empty where none are given
 * @param positions numbers of positions, from 0, as for a cloud's points; empty where none are given
 */
public record Queries(int spread, List<Point> points, List<Integer> positions) {

    /** Most maps per picture. */
    public static final int MOST = 24;

    /** A column and a row. */
    public record Point(int x, int y) {}

    /** Copies the lists. */
    public Queries {
        points = List.copyOf(points);
        positions = List.copyOf(positions);
    }

    /** A number of positions spread over the picture. */
    public static Queries spread(int count) {
        return new Queries(count, List.of(), List.of());
    }

    /**
     * Reads {@code 6}, a number of positions spread over the picture; {@code 10,20;30,5}, columns and rows; or
     * {@code p17,p40021}, numbers of positions.
     *
     * @throws IllegalArgumentException in one line that says what is expected
     */
    public static Queries parse(String text) {
        try {
            if (text.strip().startsWith("p")) {
                return numbered(text);
            }
            if (!text.contains(",")) {
                int count = Integer.parseInt(text.strip());
                if (count < 1 || count > MOST) {
                    throw new IllegalArgumentException("'%s': expected 1 to %d queries".formatted(text, MOST));
                }
                return spread(count);
            }
            List<Point> points = new ArrayList<>();
            for (String pair : text.split(";", -1)) {
                String[] parts = pair.split(",", -1);
                if (parts.length != 2) {
                    throw new NumberFormatException(pair);
                }
                points.add(new Point(Integer.parseInt(parts[0].strip()), Integer.parseInt(parts[1].strip())));
            }
            few(points.size());
            return new Queries(points.size(), points, List.of());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    ("'%s' is not a list of queries; write a number of queries, for example 5, columns and rows, for"
                                    + " example 10,20;30,5, or points of a cloud, for example p17,p40021")
                            .formatted(text),
                    e);
        }
    }

    private static Queries numbered(String text) {
        List<Integer> positions = new ArrayList<>();
        for (String word : text.split(",", -1)) {
            if (!word.strip().startsWith("p")) {
                throw new NumberFormatException(word);
            }
            positions.add(number(word.strip().substring(1)));
        }
        few(positions.size());
        return new Queries(positions.size(), List.of(), positions);
    }

    private static int number(String digits) {
        if (!digits.matches("[0-9]+")) {
            throw new NumberFormatException(digits);
        }
        return Integer.parseInt(digits);
    }

    private static void few(int count) {
        if (count > MOST) {
            throw new IllegalArgumentException("%d queries: expected 1 to %d".formatted(count, MOST));
        }
    }

    /**
     * The queries in a picture.
     *
     * @throws DataException when one lies outside, or columns and rows are given and there is no grid
     */
    List<Query> in(@Nullable Scene scene, int count) {
        check(count);
        if (!points.isEmpty() && (scene == null || !scene.grid())) {
            throw new DataException("--queries: points have no columns and rows, as these features lie on no grid;"
                    + " expected a number of queries, for example 5, or numbers of points, for example p17,p40021");
        }
        if (!positions.isEmpty()) {
            return positions.stream().map(p -> at(scene, p)).toList();
        }
        if (scene == null) {
            int some = Math.min(spread, count);
            return IntStream.range(0, some)
                    .mapToObj(i -> new Query((int) ((i + 0.5) * count / some), 0, 0))
                    .toList();
        }
        if (points.isEmpty()) {
            return spread(scene);
        }
        check(scene.width(), scene.height());
        return points.stream().map(p -> scene.nearest(p.x(), p.y())).toList();
    }

    private static Query at(@Nullable Scene scene, int position) {
        return scene == null ? new Query(position, 0, 0) : scene.at(position);
    }

    /**
     * Checks that every position given by number exists.
     *
     * @throws DataException that names the first that does not
     */
    void check(long count) {
        for (int p : positions) {
            if (p >= count) {
                throw new DataException("--queries: there is no p%d; expected p0 to p%d".formatted(p, count - 1));
            }
        }
    }

    /**
     * Checks that every given point lies in a picture.
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

    // The additive recurrence of the plastic number (Roberts 2018): any number of points, evenly spread, the first in
    // the middle.
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

    /** A random sample without repeats, ascending; all of them where {@code count} is at least the population. */
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
