package farsight.block;

import farsight.block.spec.SpecException;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import java.util.List;
import java.util.Optional;

/**
 * The entry of a kind of block: everything that specs, commands, charts and checkpoints need to know about it. It is
 * usually a nested class {@code Kind} in the block's file. {@link BlockKinds} lists the library's entries and finds
 * others on the class path.
 *
 * <p>A block of your own needs two classes: a record that implements {@link Block}, and a public class with a public
 * constructor without parameters that implements this interface. A file
 * {@code META-INF/services/farsight.block.BlockKind} on the class path names the second. Every command and every spec
 * then knows the block.
 *
 * @param <B> the block
 */
public interface BlockKind<B extends Block> {

    /** The value of {@code "block"} in a spec, and of {@link Block#kind}: small letters, digits and hyphens. */
    String name();

    /** The block's class. */
    Class<B> type();

    /** Label and colour in charts and pages. */
    Look look();

    /** How the memory of its arrays grows with N. */
    Growth growth(B block);

    /** Every field of its spec except {@code block} and {@code channels}. */
    List<String> fields();

    /**
     * Reads a block from its spec. The caller has already refused fields that are not in {@link #fields}.
     *
     * @param channels C
     * @throws SpecException when a field is missing or wrong
     */
    B read(SpecFields fields, int channels);

    /** Writes every option into the block's spec, from which {@link #read} makes an equal block. */
    void write(B block, SpecWriter spec);

    /** Variants of this kind that have their own names. */
    default List<Variant> variants() {
        return List.of();
    }

    /** The spec fields that hold d, set by {@code --d} and varied by a sweep; empty if the block has no d. */
    default Optional<Latent> latent() {
        return Optional.empty();
    }

    /**
     * Tensor names that identify the block in a checkpoint: it is a candidate if any one of these sets is complete. The
     * search looks for a set's first name, then for the others under the same prefix. Without marks the block is never
     * guessed.
     */
    default List<List<String>> marks() {
        return List.of();
    }

    /**
     * Recognises the block from the names and shapes of these tensors, which contain a complete set of {@link #marks}.
     * The caller then checks that the tensors are exactly the block's parameters.
     *
     * @return empty if the tensors belong to another block
     * @throws SpecException if no options give these shapes
     */
    default Optional<Recognised> recognise(StateDict tensors) {
        return Optional.empty();
    }

    /** Tensors of the same block under other names, the most specific first. */
    default List<NearMiss> nearMisses() {
        return List.of();
    }

    /**
     * Label and colour in charts and pages. Blocks are shown in the order of {@link BlockKinds}, from which their
     * markers and dashes follow too.
     *
     * @param label as the papers write it, for example {@code Dense GNN}
     * @param colour 0xRRGGBB, dark enough to be read on white even when three tenths lighter, as a smaller d is drawn;
     *     the library's colours are Okabe and Ito's, darkened
     */
    record Look(String label, int colour) {}

    /**
     * How the arrays of the forward and backward pass grow, beyond arrays of C·N floats.
     *
     * @param term for example {@code N·d}
     * @param power the power of N in the term: 0 without N, 2 for N²
     */
    record Growth(String term, double power) {

        /** No array grows with N. */
        public static final Growth CONSTANT = new Growth("1", 0);

        /** A constant number of floats per position. */
        public static final Growth POSITIONS = new Growth("N", 1);

        /** One float per position and latent node. */
        public static final Growth NODES = new Growth("N·d", 1);

        /** One float per pair of positions: the full affinity. */
        public static final Growth PAIRS = new Growth("N²", 2);

        /** Whether an array holds one float per pair of positions. */
        public boolean pairs() {
            return power >= 2;
        }
    }

    /**
     * A block of this kind with its own name.
     *
     * @param name for example {@code gc-r4}
     * @param label as charts write it
     * @param options JSON of the fields that differ from the kind's defaults, for example {@code {"ratio": 0.25}}
     */
    record Variant(String name, String label, String options) {

        /** A variant whose label is its name. */
        public Variant(String name, String options) {
            this(name, name, options);
        }
    }

    /**
     * The spec fields that hold d.
     *
     * @param fields each is set to d
     * @param list whether the fields are lists with one number per kernel
     */
    record Latent(List<String> fields, boolean list) {
        /** Copies the list. */
        public Latent {
            fields = List.copyOf(fields);
        }
    }

    /**
     * A block whose tensors have other names, or include a norm that the block lacks here.
     *
     * @param marks tensor names, all present under one prefix; the search looks for the first
     * @param says the predicate of a sentence whose subject is the tensors' prefix: which block it is, and how to make
     *     it fit
     */
    record NearMiss(List<String> marks, String says) {
        /** Copies the list. */
        public NearMiss {
            marks = List.copyOf(marks);
        }
    }
}
