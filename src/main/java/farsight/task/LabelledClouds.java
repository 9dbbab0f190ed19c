package farsight.task;

import farsight.data.DataException;
import farsight.data.InputFiles;
import farsight.data.points.PointCloud;
import farsight.data.points.PointClouds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Labelled scans of a folder, with a bounded number of points of each.
 *
 * @param prefix of the files' names
 * @param clouds in the order of the files' names, all with the same channels
 */
record LabelledClouds(Path folder, String prefix, List<Cloud> clouds) {

    private static final int TABLE = 0;
    private static final int OBJECT = 1;
    private static final int LAST_TABLE = 9;
    private static final int FIRST_OBJECT = 20;

    /** Most points of one file, and of all, that stay in memory: 28 bytes each. */
    private static final int MOST_OF_FILE = 1 << 16;

    private static final int MOST = 1 << 23;

    private static final int AXES = 3;
    private static final int COLOURS = 3;

    /**
     * Points of one scan.
     *
     * @param features [points, channels]: x, y, z, and red, green, blue as 0 … 1 where the file has colours
     * @param labels classes, or {@link Task#IGNORED}
     */
    @SuppressWarnings("ArrayRecordComponent") // Too many to copy at each look.
    record Cloud(int channels, float[] features, byte[] labels) {

        int points() {
            return labels.length;
        }

        float feature(int point, int channel) {
            return features[point * channels + channel];
        }

        int label(int point) {
            return labels[point] & 0xFF;
        }
    }

    /**
     * Reads all PCD files whose names begin with a prefix.
     *
     * @param points least number of each
     * @throws DataException in one line when there is no such folder or file, or a file is damaged, has no labels, too
     *     few points, no label that counts, or other fields than the others
     */
    static LabelledClouds read(Path folder, String prefix, int points) {
        List<Path> files = files(folder, prefix);
        long kept = Math.clamp(MOST / files.size(), points, (long) MOST_OF_FILE);
        if (kept * files.size() > MOST) {
            throw new DataException("%s has %,d files %s*.pcd, of which points=%d would be %,d points, more than %,d"
                    .formatted(folder, files.size(), prefix, points, kept * files.size(), MOST));
        }
        List<Cloud> clouds = new ArrayList<>();
        for (Path file : files) {
            Cloud cloud = read(file, points, (int) kept);
            if (!clouds.isEmpty() && clouds.getFirst().channels != cloud.channels) {
                throw new DataException("%s has %s, and %s has %s; expected colours in all files or in none"
                        .formatted(file, colours(cloud), files.getFirst().getFileName(), colours(clouds.getFirst())));
            }
            clouds.add(cloud);
        }
        return new LabelledClouds(folder, prefix, List.copyOf(clouds));
    }

    private static List<Path> files(Path folder, String prefix) {
        if (!Files.isDirectory(folder)) {
            throw new DataException("cannot read labelled scans: %s; expected a folder of PCD files by folder="
                    .formatted(Files.exists(folder) ? folder + " is not a folder" : "there is no folder " + folder));
        }
        try (Stream<Path> there = Files.list(folder)) {
            List<Path> files = there.filter(file -> {
                        String name = String.valueOf(file.getFileName());
                        return name.startsWith(prefix)
                                && name.toLowerCase(Locale.ROOT).endsWith(".pcd");
                    })
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new DataException("the folder %s has no file %s*.pcd".formatted(folder, prefix));
            }
            return files;
        } catch (IOException e) {
            throw InputFiles.failure(folder, e);
        }
    }

    private static Cloud read(Path file, int points, int kept) {
        PointCloud cloud = PointClouds.read(file);
        int[] labels = cloud.labels();
        if (labels == null) {
            throw new DataException(file + " has no labels: expected a field \"label\" with a whole number per point");
        }
        if (cloud.points() < points) {
            throw new DataException(
                    "%s has %,d points with a position, fewer than points=%d".formatted(file, cloud.points(), points));
        }
        if (Arrays.stream(labels).allMatch(l -> of(l) == Task.IGNORED)) {
            throw new DataException(
                    "%s has no label that counts: expected 1 to %d for the table, %d and above for objects"
                            .formatted(file, LAST_TABLE, FIRST_OBJECT));
        }
        // Always the same points of a file, whatever the run.
        int[] chosen = choice(Tasks.random(Task.HELD_OUT, 0), cloud.points(), Math.min(kept, cloud.points()));
        float[] rgb = cloud.rgb();
        int channels = AXES + (rgb == null ? 0 : COLOURS);
        float[] features = new float[chosen.length * channels];
        byte[] classes = new byte[chosen.length];
        for (int i = 0; i < chosen.length; i++) {
            for (int c = 0; c < channels; c++) {
                features[i * channels + c] = c < AXES
                        ? (float) cloud.xyz()[AXES * chosen[i] + c]
                        : Objects.requireNonNull(rgb)[COLOURS * chosen[i] + c - AXES];
            }
            classes[i] = (byte) of(labels[chosen[i]]);
        }
        return new Cloud(channels, features, classes);
    }

    /** The class of a file's label. */
    private static int of(int label) {
        return label >= FIRST_OBJECT ? OBJECT : label >= 1 && label <= LAST_TABLE ? TABLE : Task.IGNORED;
    }

    /** Some of the numbers 0 … all − 1, each at most once, in random order. */
    static int[] choice(RandomGenerator random, int all, int some) {
        int[] numbers = new int[all];
        for (int i = 0; i < all; i++) {
            numbers[i] = i;
        }
        for (int i = 0; i < some; i++) {
            int other = random.nextInt(i, all);
            int number = numbers[other];
            numbers[other] = numbers[i];
            numbers[i] = number;
        }
        return Arrays.copyOf(numbers, some);
    }

    int channels() {
        return clouds.getFirst().channels;
    }

    /**
     * Checks that both have the same channels.
     *
     * @throws DataException otherwise
     */
    void checkAlike(LabelledClouds other) {
        if (channels() != other.channels()) {
            throw new DataException(
                    "in %s the files %s*.pcd have %s, and %s*.pcd have %s; expected colours in all files or in none"
                            .formatted(
                                    folder,
                                    prefix,
                                    colours(clouds.getFirst()),
                                    other.prefix,
                                    colours(other.clouds.getFirst())));
        }
    }

    private static String colours(Cloud cloud) {
        return cloud.channels == AXES ? "no colours" : "colours";
    }
}
