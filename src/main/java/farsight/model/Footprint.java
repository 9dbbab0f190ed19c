package farsight.model;

import farsight.block.Block;
import farsight.block.BlockProgram;
import farsight.block.Grid;
import farsight.block.Pass;
import farsight.block.spec.SpecException;
import farsight.data.DataException;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Role;
import farsight.text.Line;
import java.math.BigInteger;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * The cost of a block at one shape. Computing it allocates nothing, for N = 250,000 and far beyond.
 *
 * @param pass forward, or forward and backward
 * @param steps operations
 * @param flops floating-point operations per run
 * @param bytesMoved bytes moved per run, counting each operand of each operation once
 * @param plan the arrays
 * @param byRole bytes of the arrays by role
 * @param unsharedBytes bytes if every buffer had an array of its own
 * @param largest the largest buffer, which one array must hold
 */
public record Footprint(
        Pass pass,
        int steps,
        long flops,
        long bytesMoved,
        MemoryPlan plan,
        Map<Role, Long> byRole,
        long unsharedBytes,
        Buffer largest) {

    /** Makes the map unmodifiable. */
    public Footprint {
        byRole = Collections.unmodifiableMap(new EnumMap<>(byRole));
    }

    /**
     * Computes the footprint.
     *
     * @param batch B, at least 1
     * @param grid how the N positions are arranged; {@link Grid#points} where the block ignores it
     * @throws DataException when B is below 1, or a count exceeds a long
     * @throws SpecException when the block does not accept the grid
     */
    public static Footprint of(Block block, long batch, Grid grid, Pass pass) {
        if (batch < 1) {
            throw new DataException("B = %d: expected at least 1".formatted(batch));
        }
        try {
            BlockProgram program = BlockProgram.of(block, batch, grid, pass);
            MemoryPlan plan = MemoryPlan.of(program.program());
            Map<Role, Long> byRole = new EnumMap<>(Role.class);
            for (Role role : Role.values()) {
                byRole.put(role, plan.bytes(role));
            }
            return new Footprint(
                    pass,
                    program.program().steps().size(),
                    program.program().flops(),
                    program.program().bytesMoved(),
                    plan,
                    byRole,
                    MemoryPlan.withoutSharing(program.program()).bytes(),
                    plan.largest());
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw new DataException(
                    "B = %d and N = %s: %s block of %d channels would take more than 2^63 bytes or operations"
                            .formatted(
                                    batch,
                                    grid.toString().replace("×", " x "),
                                    Line.withArticle(block.kind()),
                                    block.channels()),
                    e);
        }
    }

    /** Bytes of all arrays, without headers. */
    public long bytes() {
        return plan.bytes();
    }

    /** Bytes saved by sharing arrays. */
    public long savedBytes() {
        return unsharedBytes - bytes();
    }

    /** The full affinity in float32: 4·B·N² bytes. */
    public static BigInteger affinityBytes(long batch, long positions) {
        return BigInteger.valueOf(positions)
                .pow(2)
                .multiply(BigInteger.valueOf(batch))
                .shiftLeft(2);
    }
}
