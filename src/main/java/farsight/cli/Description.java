package farsight.cli;

import farsight.block.Block;
import farsight.block.BlockKind;
import farsight.block.BlockKinds;
import farsight.block.BlockSpec;
import farsight.block.Grid;
import farsight.block.Parameter;
import farsight.cli.output.Console;
import farsight.cli.output.TextTable;
import farsight.engine.Bytes;
import farsight.engine.Engine;
import farsight.model.Footprint;
import farsight.model.SpecGuess;
import farsight.program.Role;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The output of {@code describe}, as text and as JSON.
 *
 * @param guess how the block was recognised in a file; null if the user named it
 * @param footprints forward, then forward and backward
 * @param budget the user's limit in bytes
 */
record Description(
        Block block,
        @Nullable SpecGuess guess,
        long batch,
        Grid grid,
        List<Footprint> footprints,
        Engine engine,
        long budget) {

    /** The roles of a block's buffers; a block alone updates nothing in place. */
    private static final List<Role> BLOCK_ROLES = List.of(Role.INPUT, Role.PARAMETER, Role.OUTPUT, Role.INTERMEDIATE);

    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

    /** Prints the text. */
    void print(PrintWriter out) {
        out.println(BlockSpec.write(block));
        out.println();
        if (guess != null) {
            GuessReport.print(out, guess);
        }
        TextTable parameters = new TextTable(1, "parameter", "floats", "shape");
        for (Parameter p : block.parameters()) {
            parameters.row(p.name(), count(p.elements()), p.fileShape().toString());
        }
        parameters.row("all parameters", count(block.parameterCount()));
        parameters.print(out);
        out.println();
        out.printf(
                Locale.ROOT,
                "%s of %,d position%s, %,d channels, float32; %s%n",
                batch == 1 ? "1 input" : batch + " inputs",
                grid.positions(),
                grid.positions() == 1 ? "" : "s",
                block.channels(),
                growth());
        costs().print(out);
        out.println();
        for (Footprint f : footprints) {
            out.printf(
                    "%s on %s: %s%n",
                    RunReport.text(f.pass()),
                    engine.id(),
                    refusal(f).map(why -> "refused, " + why).orElse("fits"));
        }
    }

    private String growth() {
        BlockKind.Growth growth = BlockKinds.growth(block);
        return growth.power() == 0
                ? "no array beyond C·N grows with N"
                : "arrays beyond C·N grow with " + growth.term();
    }

    private TextTable costs() {
        TextTable table = new TextTable(2, "", "forward", "with backward");
        row(table, "operations (flop)", f -> si(f.flops()));
        row(table, "memory moved", f -> Bytes.text(f.bytesMoved()));
        row(table, "memory of arrays", f -> Bytes.text(engine.predictedBytes(f.plan())));
        for (Role role : BLOCK_ROLES) {
            row(table, "  " + plural(role), f -> Bytes.text(f.byRole().getOrDefault(role, 0L)));
        }
        if (engine.limits().headerBytes() > 0) {
            row(table, "  array headers", f -> Bytes.text(engine.predictedBytes(f.plan()) - f.bytes()));
        }
        row(table, "process, at most", f -> Bytes.text(process(f)));
        row(table, "saved by sharing arrays", f -> Bytes.text(f.savedBytes()));
        String affinity = affinityText();
        table.row("full N x N affinity alone", affinity, affinity);
        row(table, "  divided by this block's memory", this::affinityRatio);
        return table;
    }

    private void row(TextTable table, String title, Function<Footprint, String> value) {
        table.row(
                Stream.concat(Stream.of(title), footprints.stream().map(value)).toArray(String[]::new));
    }

    private String affinityText() {
        BigInteger bytes = affinity();
        return bytes.compareTo(MOST) > 0
                ? threeDigits(bytes.doubleValue() / 1e18) + " EB"
                : Bytes.text(bytes.longValueExact());
    }

    private String affinityRatio(Footprint f) {
        return threeDigits(affinity().doubleValue() / engine.predictedBytes(f.plan()));
    }

    private BigInteger affinity() {
        return Footprint.affinityBytes(batch, grid.positions());
    }

    private long process(Footprint f) {
        return engine.processMemory(f.plan()).total();
    }

    private Optional<String> refusal(Footprint f) {
        return engine.refusal(f.plan(), budget);
    }

    /** The document of {@code --json}. */
    ObjectNode json() {
        ObjectNode o = Console.object();
        o.set("spec", BlockSpec.tree(block));
        if (guess != null) {
            GuessReport.json(o.putObject("guess"), guess);
        }
        o.put("batch", batch);
        o.put("positions", grid.positions());
        ArrayNode parameters = o.putArray("parameters");
        for (Parameter p : block.parameters()) {
            ObjectNode parameter = parameters.addObject();
            parameter.put("name", p.name());
            ArrayNode shape = parameter.putArray("shape");
            p.fileShape().forEach(shape::add);
            parameter.put("elements", p.elements());
        }
        o.put("parameterElements", block.parameterCount());
        o.put("device", engine.id());
        o.put("affinityBytes", affinity());
        o.put("growth", BlockKinds.growth(block).term());
        ObjectNode passes = o.putObject("passes");
        for (Footprint f : footprints) {
            json(passes.putObject(f.pass().toString()), f);
        }
        return o;
    }

    private void json(ObjectNode o, Footprint f) {
        o.put("steps", f.steps());
        o.put("flops", f.flops());
        o.put("bytesMoved", f.bytesMoved());
        o.put("predictedBytes", engine.predictedBytes(f.plan()));
        o.put("processBytes", process(f));
        for (Role role : BLOCK_ROLES) {
            o.put(role.name().toLowerCase(Locale.ROOT) + "Bytes", f.byRole().getOrDefault(role, 0L));
        }
        o.put("unsharedBytes", f.unsharedBytes());
        o.put("arrays", f.plan().arrays());
        ObjectNode largest = o.putObject("largest");
        largest.put("name", f.largest().name());
        ArrayNode shape = largest.putArray("shape");
        shape.add(f.largest().shape().batch());
        shape.add(f.largest().shape().rows());
        shape.add(f.largest().shape().cols());
        Optional<String> refusal = refusal(f);
        o.put("fits", refusal.isEmpty());
        refusal.ifPresent(why -> o.put("refusal", why));
    }

    private static String plural(Role role) {
        return role.name().toLowerCase(Locale.ROOT) + "s";
    }

    private static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /** Three significant digits, never with an exponent: 1.11, 960, 9,220,000. */
    static String threeDigits(double value) {
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(3));
        if (rounded.compareTo(BigDecimal.valueOf(1000)) >= 0) {
            return String.format(Locale.ROOT, "%,d", rounded.toBigInteger());
        }
        return rounded.compareTo(BigDecimal.valueOf(0.001)) < 0
                ? rounded.toPlainString()
                : String.format(Locale.ROOT, "%.3g", value);
    }

    /** Three significant digits with a decimal prefix: 1.23 G. */
    private static String si(long n) {
        return Bytes.text(n).replace("kB", "k").replaceFirst("B$", "").strip();
    }
}
