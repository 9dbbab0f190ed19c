package farsight.cli;

import farsight.block.BlockSpec;
import farsight.block.Pass;
import farsight.data.TensorStream;
import farsight.engine.Bytes;
import farsight.engine.Engine;
import farsight.engine.HostMemory;
import farsight.engine.Timing;
import farsight.model.FeatureShape;
import farsight.model.Model;
import farsight.model.OpenModel;
import farsight.report.Units;
import farsight.text.Line;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells what a run of a model did.
 *
 * @param model what ran
 * @param pass forward, or forward and backward
 * @param engine where
 * @param shape on what
 * @param bytes of all arrays, as counted
 * @param process most bytes that the process was predicted to take
 * @param peak most bytes that it has taken, arrays included; −1 where the system does not say
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

    /** Prints it, and what was written where. */
    void print(Console console, Path output, SequencedMap<String, TensorStream> written) {
        // Where the tensors went to standard output, words may not go there too.
        boolean intoStream = Files.exists(output) && !Files.isRegularFile(output);
        if (console.json() && !intoStream) {
            console.print(json(output, written));
        } else if (intoStream) {
            console.note(text(output, written));
            console.tell();
        } else {
            console.out().println(Line.printable(text(output, written)));
        }
    }

    /** A pass in a person's words. */
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

    // JSON has a word for a figure that there is none of.
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
        ObjectNode tensors = o.putObject("tensors");
        written.forEach((name, tensor) -> {
            ArrayNode extents = tensors.putArray(name);
            for (long extent : tensor.shape()) {
                extents.add(extent);
            }
        });
        return o;
    }
}
