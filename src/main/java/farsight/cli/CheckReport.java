package farsight.cli;

import farsight.block.Block;
import farsight.block.BlockSpec;
import farsight.check.Direction;
import farsight.check.GradientCheck;
import farsight.check.TensorCheck;
import farsight.check.Verdict;
import farsight.cli.output.Console;
import farsight.cli.output.TextTable;
import farsight.data.Tensor;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The result of {@code check}.
 *
 * @param device where it ran
 * @param shape of x
 * @param check its settings
 * @param tensors x, then every trained parameter
 */
record CheckReport(Block block, String device, long[] shape, GradientCheck check, List<TensorCheck> tensors) {

    /** Names of the tensors whose gradient is wrong. */
    List<String> wrong() {
        return tensors.stream()
                .filter(t -> t.verdict() == Verdict.WRONG)
                .map(TensorCheck::name)
                .toList();
    }

    /** Whether no gradient is wrong and at least one is ok. */
    boolean passes() {
        return wrong().isEmpty() && count(Verdict.OK) > 0;
    }

    /** Prints a table or JSON, and to stderr the wrong gradients, or that the check shows nothing. */
    void print(Console console) {
        if (console.json()) {
            console.print(json());
        } else {
            print(console.out());
        }
        if (!wrong().isEmpty()) {
            console.note("wrong gradients: " + String.join(", ", wrong()));
            console.tell();
        } else if (!passes()) {
            console.note("no gradient is ok, so this check shows nothing");
            console.tell();
        }
    }

    private void print(PrintWriter out) {
        out.println(BlockSpec.write(block));
        out.printf(
                Locale.ROOT,
                "x %s on %s, %d directions per tensor, seed %d, tolerance %s%n%n",
                Tensor.shapeText(shape),
                device,
                check.directions(),
                check.seed(),
                check.tolerance());
        TextTable table = new TextTable(4, "gradient of", "floats", "error", "noise", "step", "verdict");
        for (TensorCheck t : tensors) {
            boolean zero = t.verdict() == Verdict.ZERO;
            table.row(
                    t.name(),
                    String.format(Locale.ROOT, "%,d", t.elements()),
                    zero ? "-" : part(t.relativeError()),
                    zero ? "-" : part(t.relativeNoise()),
                    part(t.step()),
                    t.verdict() + hint(t));
        }
        table.print(out);
        out.println();
        out.println(
                "error: the gradient's slope against differences, relative to the slope's size, median of the directions;");
        out.println("noise: float32 rounding error of the differences; step: relative to the tensor's norm.");
        out.println(Arrays.stream(Verdict.values()).map(v -> count(v) + " " + v).collect(Collectors.joining(", ")));
    }

    private static String hint(TensorCheck t) {
        return switch (t.verdict()) {
            case ZERO -> ": exactly 0, and the differences are 0 within noise";
            case UNCLEAR -> ": kinks or rounding; try another --seed, a smaller --n, more --directions";
            case OK, WRONG -> "";
        };
    }

    private static String part(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.1e", value) : "-";
    }

    private long count(Verdict verdict) {
        return tensors.stream().filter(t -> t.verdict() == verdict).count();
    }

    private ObjectNode json() {
        ObjectNode o = Console.object();
        o.set("spec", BlockSpec.tree(block));
        o.put("device", device);
        ArrayNode axes = o.putArray("shape");
        Arrays.stream(shape).forEach(axes::add);
        o.put("seed", check.seed());
        o.put("directions", check.directions());
        o.put("tolerance", check.tolerance());
        ObjectNode counts = o.putObject("verdicts");
        for (Verdict v : Verdict.values()) {
            counts.put(v.toString(), count(v));
        }
        ArrayNode all = o.putArray("tensors");
        tensors.forEach(t -> json(all.addObject(), t));
        return o;
    }

    private static void json(ObjectNode o, TensorCheck t) {
        o.put("name", t.name());
        o.put("elements", t.elements());
        o.put("verdict", t.verdict().toString());
        Console.number(o, "relativeError", t.relativeError());
        Console.number(o, "relativeNoise", t.relativeNoise());
        Console.number(o, "step", t.step());
        ArrayNode directions = o.putArray("directions");
        for (Direction d : t.directions()) {
            ObjectNode one = directions.addObject();
            Console.number(one, "claimed", d.claimed());
            Console.number(one, "difference", d.slope().value());
            Console.number(one, "error", d.slope().error());
            Console.number(one, "noise", d.slope().noise());
            Console.number(one, "step", d.slope().step());
        }
    }
}
