package farsight.engine;

import farsight.block.GoldenAssertions;
import farsight.block.GoldenCase;
import farsight.op.Errors;
import farsight.op.OpCase;
import farsight.op.OpCases;
import farsight.op.Sizes;
import java.util.Iterator;

/**
 * Runs every operation and every golden case on the engine that this JVM prefers: the Vector API at the width that it
 * was started with, or the plain loops.
 */
final class OneWidth {

    private OneWidth() {}

    public static void main(String[] arguments) {
        Engine engine = Engines.preferred();
        int operations = 0;
        for (Iterator<OpCase> cases = OpCases.all(Sizes.MODERATE).iterator(); cases.hasNext(); operations++) {
            cases.next().check(engine, Errors.HOST);
        }
        int blocks = 0;
        for (Iterator<GoldenCase> cases = GoldenCase.all().iterator(); cases.hasNext(); blocks++) {
            GoldenCase golden = cases.next();
            GoldenAssertions.assertAgrees(golden, golden.run(engine), 1);
        }
        System.out.printf("%d operations, %d blocks, %s: %s%n", operations, blocks, engine.id(), engine.description());
    }
}
