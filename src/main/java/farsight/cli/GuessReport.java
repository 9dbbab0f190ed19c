package farsight.cli;

import farsight.block.BlockSpec;
import farsight.block.Recognised;
import farsight.cli.output.Console;
import farsight.cli.output.TextTable;
import farsight.model.SpecGuess;
import farsight.text.Line;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Prints blocks that were recognised by their tensors. */
final class GuessReport {

    private GuessReport() {}

    /** One block: its prefix, and the fields that its tensors leave open. */
    static void print(PrintWriter out, SpecGuess guess) {
        String prefix = guess.prefix().isEmpty() ? "no prefix" : "--prefix " + guess.prefix();
        out.println(Line.printable("guessed from the tensors, with " + prefix));
        if (!guess.open().isEmpty()) {
            TextTable table = new TextTable(0, "left open by them", "taken", "alternatives");
            guess.open().forEach(o -> table.row(o.field(), o.taken(), o.others()));
            table.print(out);
        }
        out.println();
    }

    /** Several blocks: each with its prefix. */
    static void print(Console console, Path weights, List<SpecGuess> guesses) {
        if (console.json()) {
            ObjectNode o = Console.object();
            o.put("weights", weights.toString());
            ArrayNode blocks = o.putArray("blocks");
            for (SpecGuess guess : guesses) {
                ObjectNode block = blocks.addObject();
                block.set("spec", BlockSpec.tree(guess.block()));
                json(block, guess);
            }
            console.print(o);
            return;
        }
        PrintWriter out = console.out();
        TextTable table = new TextTable(0, "prefix", "guessed block");
        guesses.forEach(g -> table.row(g.prefix(), g.spec()));
        table.print(out);
        out.println();
        out.printf(
                "%d blocks in %s; --prefix picks one and lists what its tensors leave open%n",
                guesses.size(), Line.printable(weights.toString()));
    }

    static void json(ObjectNode o, SpecGuess guess) {
        o.put("prefix", guess.prefix());
        ArrayNode open = o.putArray("open");
        for (Recognised.Open field : guess.open()) {
            ObjectNode one = open.addObject();
            one.put("field", field.field());
            one.put("taken", field.taken());
            one.put("others", field.others());
        }
    }
}
