package farsight.cli;

import farsight.cli.output.Console;
import farsight.cli.output.ExitCode;
import farsight.cli.output.TextTable;
import farsight.doctor.Doctor;
import farsight.doctor.Examination;
import farsight.doctor.Finding;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Checks Java, memory, TornadoVM, drivers and devices. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        header = "Check Java, memory, TornadoVM, drivers and every device, and say what to do.",
        description = {
            "",
            "Each line is ok; note (works, worth knowing); none (absent, and not needed); warn (works, but"
                    + " could be better);"
                    + " missing or broken (something that is set up cannot work). A small product runs on every"
                    + " engine and its result is checked.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:everything that is set up works; devices are optional", "1:something is missing or broken"},
        footerHeading = "%nExample:%n",
        footer = {"  farsight doctor", "  farsight doctor --json"})
final class DoctorCommand implements Callable<Integer> {

    @Mixin
    private final Console console = new Console();

    @Override
    public Integer call() {
        Examination examination = Doctor.examine();
        if (console.json()) {
            console.print(json(examination));
        } else {
            TextTable table = new TextTable(0, "", "", "");
            examination.findings().forEach(f -> table.row(f.status().toString(), f.subject(), line(f)));
            table.printRows(console.out());
            console.out().println();
            console.out().println(summary(examination));
        }
        return examination.bad() == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static String line(Finding f) {
        return f.advice().isEmpty() ? f.found() : f.found() + " -> " + f.advice();
    }

    static String summary(Examination e) {
        String all = e.bad() == 0 ? "All that is set up works" : things(e.bad()) + " to mend";
        return all + (e.warnings() == 0 ? "" : ", " + things(e.warnings()) + " could be better") + "; blocks run on "
                + (e.usable().isEmpty() ? "nothing" : String.join(", ", e.usable()));
    }

    private static String things(long count) {
        return count + (count == 1 ? " thing" : " things");
    }

    private static ObjectNode json(Examination examination) {
        ObjectNode document = Console.object();
        document.put("healthy", examination.bad() == 0);
        ArrayNode usable = document.putArray("usable");
        examination.usable().forEach(usable::add);
        ArrayNode all = document.putArray("findings");
        for (Finding f : examination.findings()) {
            ObjectNode o = all.addObject();
            o.put("subject", f.subject());
            o.put("status", f.status().toString());
            o.put("found", f.found());
            if (!f.advice().isEmpty()) {
                o.put("advice", f.advice());
            }
        }
        return document;
    }
}
