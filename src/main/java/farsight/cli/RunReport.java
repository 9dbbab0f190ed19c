package farsight.cli;

import farsight.block.BlockSpec;
import farsight.block.Pass;
import farsight.cli.output.Console;
import farsight.data.TensorStream;
import farsight.engine.Bytes;
import farsight.engine.Engine;
import farsight.engine.HostMemory;
import farsight.engine.Timing;
import farsight.model.FeatureShape;
import farsight.model.Model;
import farsight.model.OpenModel;
import farsight.report.chart.Units;
import java.nio.file.Path;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The report on one run of a model.
 *
 * @param model that ran
 * @param pass forward, or forward and backward
 * @param engine that ran it
 * @param shape of the input
 * @param bytes of all arrays, measured
 * @param process predicted upper bound of the process's bytes
 * @param peak the process's peak bytes, arrays included; −1 if the system does not report it
 * @param timing of the run alone
 */
record RunReport(
        Model model, Pass pass, Engine engine, FeatureShape shape, long bytes, long process, long peak, Timing timing) {

    static RunReport of(Model model, Pass pass, Engine engine, OpenModel open) {
        return new RunReport(
                model,
                pass,
                engine,
                open.shape(),
                open.bytes(),
                open.process().total(),
                HostMemory.peak(),
                open.timing());
    }

    /** Prints the report, with the output file and its tensors. */
    void print(Console console, Path output, SequencedMap<String, TensorStream> written) {
        console.report(output, () -> text(output, written), () -> json(output, written));
    }

    /** A pass in words. */
    static String text(Pass pass) {
        return pass == Pass.FORWARD ? "forward" : "forward and backward";
    }

    private String text(Path output, SequencedMap<String, TensorStream> written) {
        String tensors = written.size() == 1 ? "tensor " + written.firstEntry().getKey() : written.size() + " tensors";
        return "%s, %s, %s on %s: %s of arrays, %s of process, first run %s; wrote %s to %s"
                .formatted(
                        model.block().kind(),
                        text(pass),
                        shape,
                        engine.id(),
                        Bytes.text(bytes),
                        peak < 0 ? "at most " + Bytes.text(process) : Bytes.text(peak),
                        Units.nanos(timing.wall()),
                        tensors,
                        output);
    }

    // JSON has null for a missing figure.
    private static @Nullable Long known(long figure) {
        return figure < 0 ? null : figure;
    }

    private ObjectNode json(Path output, SequencedMap<String, TensorStream> written) {
        ObjectNode o = Console.object();
        o.set("spec", BlockSpec.tree(model.block()));
        o.put("pass", pass.toString());
        o.put("device", engine.id());
        ArrayNode axes = o.putArray("shape");
        shape.axes().forEach(axes::add);
        o.put("positions", shape.positions());
        o.put("bytes", bytes);
        o.put("processBytes", process);
        o.put("peakBytes", known(peak));
        o.put("nanos", timing.wall());
        o.put("kernelNanos", known(timing.kernels()));
        o.put("compileNanos", known(timing.compile()));
        o.put("output", output.toString());
        Console.tensors(o, written, TensorStream::shape);
        return o;
    }
}
