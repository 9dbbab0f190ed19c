package farsight.sweep;

import farsight.block.Grid;
import farsight.data.Synthetic;
import farsight.data.image.Image;
import farsight.data.image.ImageFile;
import farsight.data.image.Images;
import farsight.model.InputRoom;
import farsight.model.Stem;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/** The source of a sweep's inputs. */
public interface Features {

    /** The grid of N positions: the exact factorisation of N whose aspect is nearest to the source's. */
    Grid grid(long positions);

    /**
     * Fills the features of one sample.
     *
     * @param positions N
     * @param channels C
     * @param out room for N·C floats, [N, C]
     */
    void fill(long positions, int channels, MemorySegment out);

    /** Describes the source, for the page. */
    String description();

    /** Warnings, one line each: data that was read otherwise than its file declares. */
    default List<String> notes() {
        return List.of();
    }

    /** Seeded standard normals on a grid that is as square as N allows. */
    static Features synthetic(long seed) {
        return new Features() {
            @Override
            public Grid grid(long positions) {
                return Grid.near(positions, 1);
            }

            @Override
            public void fill(long positions, int channels, MemorySegment out) {
                Synthetic.normal(out, positions * channels, seed);
            }

            @Override
            public String description() {
                return "standard normals, seed " + seed;
            }
        };
    }

    /**
     * A photograph, resized to a grid of exactly N positions with the nearest aspect, and lifted to C channels by the
     * seeded 3×3 stem.
     *
     * @param budgetBytes most memory for the photograph, which is held whole
     * @throws farsight.engine.RefusedException when it takes more, or more than this machine has free
     * @throws farsight.data.DataException when the file is not a readable image
     */
    static Features photograph(Path file, long seed, long budgetBytes) {
        ImageFile stored = ImageFile.open(file);
        Image image =
                InputRoom.reading(() -> stored.read(InputRoom.of(budgetBytes).room()));
        return new Features() {
            @Override
            public Grid grid(long positions) {
                return Grid.near(positions, image.aspect());
            }

            @Override
            public void fill(long positions, int channels, MemorySegment out) {
                Grid grid = grid(positions);
                Image resized = Images.resize(image, Math.toIntExact(grid.width()), Math.toIntExact(grid.height()));
                Stem.lift(resized, channels, seed, out);
            }

            @Override
            public String description() {
                return "%s (%d×%d)%s, resized to N and lifted to C channels by the 3×3 stem of seed %d"
                        .formatted(
                                file.getFileName(),
                                image.width(),
                                image.height(),
                                stored.orientation() == 1
                                        ? ""
                                        : ", turned upright (EXIF orientation %d)".formatted(stored.orientation()),
                                seed);
            }

            @Override
            public List<String> notes() {
                return stored.notes();
            }
        };
    }
}
