package farsight.model;

import farsight.block.Block;
import farsight.block.BlockProgram;
import farsight.block.Pairwise;
import farsight.block.Pass;
import farsight.block.spec.SpecException;
import farsight.data.DataException;
import farsight.engine.Engine;
import farsight.engine.RefusedException;
import farsight.engine.Session;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.tape.Purpose;

/**
 * A block's program that fits an engine, by its options and its input's shape alone: checked before weights are drawn or
 * loaded and before the input's numbers are read or computed.
 *
 * @param program the program
 * @param plan its arrays
 * @param besideBytes bytes of tensors that must be free beside the arrays
 * @param refused the start of every refusal's message
 */
public record Admission(BlockProgram program, MemoryPlan plan, long besideBytes, String refused) {

    /**
     * Refuses what {@link Model#open} would refuse.
     *
     * @param what names the input in messages
     * @param budgetBytes the most that all arrays together may take
     * @throws DataException when the shape's channels differ from the block's
     * @throws SpecException when the block does not accept the grid
     * @throws RefusedException when it would exceed the budget or what the engine can hold
     */
    public static void check(Block block, Engine engine, String what, FeatureShape shape, Pass pass, long budgetBytes) {
        shape.check(what, block);
        of(block, block.kind(), engine, shape, pass.purpose(), budgetBytes, false);
    }

    /**
     * As {@link #check} for a forward pass whose {@link farsight.block.AttentionFactors} can be read afterwards. A
     * block with a streaming form may fit here where full attention does not.
     *
     * @param what names the input in messages
     * @param budgetBytes the most that all arrays together may take
     * @throws DataException when the shape's channels differ from the block's
     * @throws SpecException when the block does not accept the grid
     * @throws RefusedException when it would exceed the budget or what the engine can hold
     */
    public static void checkInspected(Block block, Engine engine, String what, FeatureShape shape, long budgetBytes) {
        shape.check(what, block);
        Block least = block instanceof Pairwise p ? p.streaming().orElse(block) : block;
        of(least, block.kind(), engine, shape, Purpose.INSPECTION, budgetBytes, false);
    }

    /**
     * Records a block's program and plans its arrays.
     *
     * @param kind of block, for messages
     * @param results whether memory for one result's tensors must be free too
     * @throws RefusedException when it would exceed the budget or what the engine can hold
     */
    static Admission of(
            Block block,
            String kind,
            Engine engine,
            FeatureShape shape,
            Purpose purpose,
            long budgetBytes,
            boolean results) {
        String refused =
                "%s on %s, pass %s, device %s, was refused: ".formatted(kind, shape, Pass.of(purpose), engine.id());
        Admission admission;
        try {
            BlockProgram program = BlockProgram.of(block, shape.batch(), shape.grid(), purpose);
            long beside = results ? resultBytes(program) : 0;
            admission = new Admission(program, MemoryPlan.of(program.program()), beside, refused);
        } catch (IllegalArgumentException | ArithmeticException e) {
            RefusedException beyond =
                    new RefusedException(refused + "it would take more than 2^63 bytes or operations");
            beyond.initCause(e);
            throw beyond;
        }
        engine.refusal(admission.plan, budgetBytes, admission.besideBytes).ifPresent(why -> {
            throw new RefusedException(refused + why);
        });
        return admission;
    }

    /** Bytes of the tensors that one call returns. */
    private static long resultBytes(BlockProgram program) {
        long bytes = program.y().shape().bytes();
        if (program.dx() != null) {
            bytes = Math.addExact(bytes, program.dx().shape().bytes());
        }
        for (Buffer gradient : program.gradients().values()) {
            bytes = Math.addExact(bytes, gradient.shape().bytes());
        }
        return bytes;
    }

    /**
     * Allocates the arrays.
     *
     * @throws RefusedException when the memory was free before and is no longer
     */
    Session open(Engine engine) {
        try {
            return engine.open(plan);
        } catch (RefusedException e) {
            RefusedException named = new RefusedException(refused + e.getMessage());
            named.initCause(e);
            throw named;
        }
    }
}
