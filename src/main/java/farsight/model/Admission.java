package farsight.model;

import farsight.block.Block;
import farsight.block.BlockProgram;
import farsight.block.Pairwise;
import farsight.block.Pass;
import farsight.block.SpecException;
import farsight.data.DataException;
import farsight.engine.Engine;
import farsight.engine.RefusedException;
import farsight.program.MemoryPlan;
import farsight.tape.Purpose;
import java.util.function.Supplier;

/**
 * Checks whether a block fits by its options and its input's shape alone, before weights are drawn or loaded and before
 * the input's numbers are read or computed.
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
        check(block, engine, shape, pass, budgetBytes, () -> BlockProgram.of(block, shape.batch(), shape.grid(), pass));
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
        check(
                block,
                engine,
                shape,
                Pass.FORWARD,
                budgetBytes,
                () -> BlockProgram.of(least, shape.batch(), shape.grid(), Purpose.INSPECTION));
    }

    private static void check(
            Block block,
            Engine engine,
            FeatureShape shape,
            Pass pass,
            long budgetBytes,
            Supplier<BlockProgram> recorded) {
        String what = "%s on %s, pass %s, device %s, was refused: ".formatted(block.kind(), shape, pass, engine.id());
        try {
            engine.refusal(MemoryPlan.of(recorded.get().program()), budgetBytes).ifPresent(why -> {
                throw new RefusedException(what + why);
            });
        } catch (ArithmeticException | IllegalArgumentException e) {
            RefusedException refused = new RefusedException(what + "it would take more than 2^63 bytes or operations");
            refused.initCause(e);
            throw refused;
        }
    }
}
