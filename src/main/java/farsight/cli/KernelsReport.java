package farsight.cli;

import farsight.block.Block;
import farsight.block.BlockSpec;
import farsight.block.Grid;
import farsight.block.Pass;
import farsight.cli.output.Console;
import farsight.cli.output.FolderLock;
import farsight.cli.output.OutputFolder;
import farsight.data.DataException;
import farsight.data.OutputBatch;
import farsight.engine.Engine;
import farsight.engine.KernelCode;
import farsight.listing.KernelListing;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The output of {@code kernels}, as text, as JSON and as files. */
record KernelsReport(Block block, Grid grid, Pass pass, Engine engine, List<KernelListing> kernels) {

    private static final int WIDTH = 100;

    /** Prints the text. */
    void print(PrintWriter out) {
        out.println(about());
        for (KernelListing k : kernels) {
            out.println();
            out.println(line(k.method() + " "));
            out.println(called(k));
            out.println();
            out.println(k.java());
            k.code().ifPresent(c -> {
                out.println();
                out.println(line(c.language() + " for " + engine.id() + " "));
                out.println();
                out.println(c.text());
            });
            if (k.failure() != null) {
                out.println();
                out.println(line("not compiled for " + engine.id() + " "));
                out.println();
                out.println(k.failure());
            }
        }
    }

    private String about() {
        String what = "%s%n%d kernel%s, %s pass over %,d positions"
                .formatted(
                        BlockSpec.write(block), kernels.size(), kernels.size() == 1 ? "" : "s", pass, grid.positions());
        if (engine.facts().isPresent()) {
            return what + ", compiled for " + engine.id() + ": " + engine.description();
        }
        return what + "\nJava alone: " + engine.id() + " compiles no kernels"
                + (engine.id().equals("java")
                        ? "; on a TornadoVM device (farsight devices) each is shown with its code"
                        : "");
    }

    private static String called(KernelListing k) {
        int times = k.tasks().size();
        return "farsight.kernel.%s, called %s: %s"
                .formatted(k.type(), times == 1 ? "once" : times + " times", String.join(", ", k.tasks()));
    }

    private static String line(String title) {
        return "---- " + title + "-".repeat(Math.max(4, WIDTH - 5 - title.length()));
    }

    /** The document of {@code --json}. */
    ObjectNode json() {
        ObjectNode o = Console.object();
        o.set("spec", BlockSpec.tree(block));
        o.put("positions", grid.positions());
        o.put("pass", pass.toString());
        o.put("device", engine.id());
        ArrayNode all = o.putArray("kernels");
        for (KernelListing k : kernels) {
            ObjectNode kernel = all.addObject();
            kernel.put("method", k.method());
            kernel.put("class", "farsight.kernel." + k.type());
            ArrayNode tasks = kernel.putArray("tasks");
            k.tasks().forEach(tasks::add);
            kernel.put("java", k.java());
            k.code().ifPresent(c -> {
                kernel.put("language", c.language());
                kernel.put("code", c.text());
            });
            if (k.failure() != null) {
                kernel.put("failure", k.failure());
            }
        }
        return o;
    }

    /**
     * Writes one file per source; all of them, or none.
     *
     * @return number of files
     * @throws DataException when a file may not be written
     * @throws farsight.data.OutputException when the disk is full or fails otherwise
     */
    int write(Path folder) {
        int files = 0;
        try (FolderLock _ = OutputFolder.open(folder, "kernels");
                OutputBatch batch = new OutputBatch()) {
            for (KernelListing k : kernels) {
                add(batch, folder.resolve(k.method() + ".java"), "// " + called(k) + "\n\n" + k.java());
                files++;
                if (k.code().isPresent()) {
                    KernelCode c = k.code().get();
                    add(batch, folder.resolve(k.method() + "." + c.extension()), c.text());
                    files++;
                }
            }
            batch.commit();
        }
        return files;
    }

    private static void add(OutputBatch batch, Path file, String text) {
        batch.add(file, out -> out.write((text + "\n").getBytes(StandardCharsets.UTF_8)));
    }
}
