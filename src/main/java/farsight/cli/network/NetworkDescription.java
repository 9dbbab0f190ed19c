package farsight.cli.network;

import farsight.block.BlockSpec;
import farsight.cli.output.Console;
import farsight.cli.output.TextTable;
import farsight.engine.Bytes;
import farsight.engine.Engine;
import farsight.network.BlockLayer;
import farsight.network.Network;
import farsight.network.NetworkSpec;
import farsight.program.MemoryPlan;
import farsight.program.Role;
import farsight.report.chart.Units;
import farsight.text.Line;
import farsight.train.LayerCosts;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The output of {@code describe --network}, as text and as JSON.
 *
 * @param costs of its layers
 * @param budget the user's limit in bytes
 */
public record NetworkDescription(Network network, long batch, LayerCosts costs, Engine engine, long budget) {

    private static final List<Role> ROLES =
            List.of(Role.INPUT, Role.PARAMETER, Role.STATE, Role.OUTPUT, Role.INTERMEDIATE);

    private static final int LONGEST_PATH = 48;

    /** Prints the text. */
    public void print(PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%s of %s to %s, %,d parameters, float32%n%n",
                batch == 1 ? "1 sample" : batch + " samples",
                network.input(),
                network.output(),
                network.parameterCount());
        TextTable table =
                new TextTable(6, "layer", "result", "parameters", "flop", "flop back", "bytes", "bytes back", "kind");
        LayerCosts.Cost forward = LayerCosts.Cost.NONE;
        LayerCosts.Cost backward = LayerCosts.Cost.NONE;
        for (LayerCosts.Row row : costs.layers()) {
            table.row(
                    shortened(row.path()),
                    row.out().toString(),
                    row.parameters() == 0 ? "" : count(row.parameters()),
                    Units.count(row.forward().flops()),
                    Units.count(row.backward().flops()),
                    Bytes.text(row.forward().bytes()),
                    Bytes.text(row.backward().bytes()),
                    row.layer() instanceof BlockLayer b
                            ? Line.excerpt(BlockSpec.write(b.block()))
                            : row.layer().kind());
            forward = forward.plus(row.forward());
            backward = backward.plus(row.backward());
        }
        costs.others()
                .forEach((name, cost) ->
                        table.row(name, "", "", Units.count(cost.flops()), "", Bytes.text(cost.bytes()), "", ""));
        table.row(
                "all layers",
                network.output().toString(),
                count(network.parameterCount()),
                Units.count(forward.flops()),
                Units.count(backward.flops()),
                Bytes.text(forward.bytes()),
                Bytes.text(backward.bytes()),
                "");
        table.print(out);
        out.println();
        memory().print(out);
        out.println();
        fits(out, "evaluation", costs.evaluation());
        MemoryPlan step = costs.step();
        if (step != null) {
            fits(out, "training step", step);
        } else if (costs.untrained() != null) {
            out.println("training step: refused, " + costs.untrained());
        }
    }

    /** The end of a long path: the layer's own name. */
    private static String shortened(String path) {
        return path.length() <= LONGEST_PATH ? path : "…" + path.substring(path.length() - LONGEST_PATH + 1);
    }

    private TextTable memory() {
        MemoryPlan step = costs.step();
        TextTable table = new TextTable(2, "", "evaluation", "training step");
        row(table, "memory of arrays", bytes(costs.evaluation()), step == null ? null : bytes(step));
        for (Role role : ROLES) {
            row(
                    table,
                    "  " + role.name().toLowerCase(Locale.ROOT) + "s",
                    costs.evaluation().bytes(role),
                    step == null ? null : step.bytes(role));
        }
        row(
                table,
                "process, at most",
                engine.processMemory(costs.evaluation()).total(),
                step == null ? null : engine.processMemory(step).total());
        return table;
    }

    private static void row(TextTable table, String title, long evaluation, @Nullable Long step) {
        table.row(title, Bytes.text(evaluation), step == null ? "" : Bytes.text(step));
    }

    private long bytes(MemoryPlan plan) {
        return engine.predictedBytes(plan);
    }

    private void fits(PrintWriter out, String what, MemoryPlan plan) {
        out.printf(
                "%s on %s: %s%n",
                what,
                engine.id(),
                engine.refusal(plan, budget).map(why -> "refused, " + why).orElse("fits"));
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** The document of {@code --json}. */
    public ObjectNode json() {
        ObjectNode o = Console.object();
        o.set("network", NetworkSpec.tree(network));
        o.put("batch", batch);
        o.put("parameters", network.parameterCount());
        ArrayNode layers = o.putArray("layers");
        for (LayerCosts.Row row : costs.layers()) {
            ObjectNode layer = layers.addObject();
            layer.put("path", row.path());
            layer.put("kind", row.layer().kind());
            if (row.layer() instanceof BlockLayer b) {
                layer.set("spec", BlockSpec.tree(b.block()));
            }
            ArrayNode extents = layer.putArray("result");
            row.out().extents().forEach(extents::add);
            layer.put("parameters", row.parameters());
            layer.put("flops", row.forward().flops());
            layer.put("backwardFlops", row.backward().flops());
            layer.put("bytesMoved", row.forward().bytes());
            layer.put("backwardBytesMoved", row.backward().bytes());
        }
        ObjectNode others = o.putObject("others");
        costs.others().forEach((name, cost) -> {
            ObjectNode other = others.putObject(name);
            other.put("flops", cost.flops());
            other.put("bytesMoved", cost.bytes());
        });
        memory(o.putObject("evaluation"), costs.evaluation());
        MemoryPlan step = costs.step();
        if (step != null) {
            memory(o.putObject("trainingStep"), step);
        } else if (costs.untrained() != null) {
            o.putObject("trainingStep").put("refused", costs.untrained());
        }
        return o;
    }

    private void memory(ObjectNode o, MemoryPlan plan) {
        o.put("device", engine.id());
        o.put("bytes", bytes(plan));
        for (Role role : ROLES) {
            o.put(role.name().toLowerCase(Locale.ROOT) + "Bytes", plan.bytes(role));
        }
        o.put("processBytes", engine.processMemory(plan).total());
        o.put("refused", engine.refusal(plan, budget).orElse(null));
    }
}
