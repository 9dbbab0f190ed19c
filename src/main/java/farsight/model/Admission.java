package farsight.model;

import farsight.block.Block;
import farsight.block.BlockProgram;
import farsight.block.Pairwise;
import farsight.block.Pass;
import farsight.block.spec.SpecException;
import farsight.data.DataException;
import farsight.engine.Engine;
import farsight.engine.RefusedException;
import farsight.program.Buffer;
import farsight.tape.Purpose;

/**
 * Whether a block's program fits an engine, by its options and its input's shape alone: checked before weights are drawn
 * or loaded and before the input's numbers are read or computed.
 */
public final class Admission {

    private Admission() {}

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
    static Admitted<BlockProgram> of(
            Block block,
            String kind,
            Engine engine,
            FeatureShape shape,
            Purpose purpose,
            long budgetBytes,
            boolean results) {
        return Admitted.of(
                "%s on %s, pass %s".formatted(kind, shape, Pass.of(purpose)),
                engine,
                budgetBytes,
                () -> BlockProgram.of(block, shape.batch(), shape.grid(), purpose),
                BlockProgram::program,
                program -> results ? resultBytes(program) : 0);
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
}
