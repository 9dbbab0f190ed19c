package farsight.block;

import java.util.List;
import java.util.Optional;

/**
 * The entry of a kind of block: all that specs, commands, charts and checkpoints know of it. It stands in the block's own
 * file, as a nested class {@code Kind}; {@link BlockKinds} lists those of the library and finds those of others.
 *
 * <p>A block of your own is a record that implements {@link Block} and a public class with a constructor without
 * parameters that implements this, named in a file {@code META-INF/services/farsight.block.BlockKind} on the class path.
 * Every command and every spec then knows it.
 *
 * @param <B> the block
 */
public interface BlockKind<B extends Block> {

    /** The value of {@code "block"} in a spec, and of {@link Block#kind}: small letters, digits and hyphens. */
    String name();

    /** The block's class. */
    Class<B> type();

    /** How charts and pages show it. */
    Look look();

    /** What its arrays grow with. */
    Growth growth(B block);

    /** Every field that its spec may have beside {@code block} and {@code channels}. */
    List<String> fields();

    /**
     * The block of a spec. Fields that are none of {@link #fields} were refused already.
     *
     * @param channels C
     * @throws SpecException when a field is missing or wrong
     */
    B read(SpecFields fields, int channels);

    /** Writes every option into the block's spec, so that {@link #read} makes an equal block of it. */
    void write(B block, SpecWriter spec);

    /** Blocks of this kind that have a name of their own beside the kind's. */
    default List<Variant> variants() {
        return List.of();
    }

    /** Its d, where it has one: what {@code --d} sets, and what a sweep varies. */
    default Optional<Latent> latent() {
        return Optional.empty();
    }

    /**
     * Names of tensors that tell the block in a checkpoint: sets of them, any one of which is there in full. The first
     * name of a set is looked for, the others stand beside it. Without any the block is never guessed.
     */
    default List<List<String>> marks() {
        return List.of();
    }

    /**
     * The block that has these tensors, told by names and shapes. A full set of {@link #marks} is among them; that all
     * others are there too, and no more, is checked afterwards.
     *
     * @return empty where they are another block's
     * @throws SpecException when no options give such shapes
     */
    default Optional<Recognised> recognise(StateDict tensors) {
        return Optional.empty();
    }

    /** Tensors of the same block under other names, the more telling ones first. */
    default List<NearMiss> nearMisses() {
        return List.of();
    }

    /**
     * How it is shown. Its place among others is that in {@link BlockKinds}; markers and dashes tell lines of one chart
     * apart and come from their places there.
     *
     * @param label as the papers write it, for example {@code Dense GNN}
     * @param colour 0xRRGGBB, dark enough to be read on white where a smaller d is drawn three tenths lighter; the
     *     library's are Okabe and Ito's, darkened so far
     */
    record Look(String label, int colour) {}

    /**
     * What the arrays of forward and backward grow with beyond those of C·N floats.
     *
     * @param term for example {@code N·d}
     * @param power of N in it: 0 for a term without N, 2 for N²
     */
    record Growth(String term, double power) {

        /** No array grows with N. */
        public static final Growth CONSTANT = new Growth("1", 0);

        /** Some numbers a position. */
        public static final Growth POSITIONS = new Growth("N", 1);

        /** A number a position and latent node. */
        public static final Growth NODES = new Growth("N·d", 1);

        /** A number a pair of positions: the full affinity. */
        public static final Growth PAIRS = new Growth("N²", 2);

        /** Whether a number of every pair of positions is kept. */
        public boolean pairs() {
            return power >= 2;
        }
    }

    /**
     * A block with a name of its own.
     *
     * @param name for example {@code gc-r4}
     * @param label as charts write it
     * @param options JSON of the fields in which it differs from the kind's defaults, for example {@code {"ratio": 0.25}}
     */
    record Variant(String name, String label, String options) {

        /** One that charts call by its name. */
        public Variant(String name, String options) {
            this(name, name, options);
        }
    }

    /**
     * The fields that hold d.
     *
     * @param fields each is set to it
     * @param list whether they are lists of numbers, one for each kernel
     */
    record Latent(List<String> fields, boolean list) {
        /** Copies the list. */
        public Latent {
            fields = List.copyOf(fields);
        }
    }

    /**
     * A block that is known under other names, or with a norm that is not part of it here.
     *
     * @param marks names that are all there; the first is looked for, the others stand beside it
     * @param says what it is and what makes it fit, as a sentence goes on from the tensors' prefix
     */
    record NearMiss(List<String> marks, String says) {
        /** Copies the list. */
        public NearMiss {
            marks = List.copyOf(marks);
        }
    }
}
