package farsight.cli.network;

import farsight.cli.output.Console;
import farsight.cli.output.ExitCode;
import farsight.cli.output.FolderLock;
import farsight.cli.output.OutputFolder;
import farsight.cli.output.TextTable;
import farsight.report.Report;
import farsight.report.TaskSamples;
import farsight.task.Task;
import farsight.task.TaskKind;
import farsight.task.TaskOption;
import farsight.task.Tasks;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Lists the tasks, or describes one and draws samples of it. */
@Command(
        name = "tasks",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "List the tasks that networks can learn, with their options; or draw samples of one.",
        footerHeading = "%nExample:%n",
        footer = {
            "  farsight tasks",
            "  farsight tasks rooms:points=8192 --samples 6 --output pictures",
        })
public final class TasksCommand implements Callable<Integer> {

    private static final int MOST_SAMPLES = 60;

    @Mixin
    private final Console console = new Console();

    @Parameters(
            arity = "0..1",
            paramLabel = "TASK",
            description = "A task by name, with its options or without: recall, rooms:points=8192.")
    private @Nullable String text;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Folder for a picture of samples and their labels, TASK.svg and TASK.png.")
    private @Nullable Path output;

    @Option(names = "--samples", paramLabel = "M", description = "With --output: samples to draw (default: 6).")
    private @Nullable Integer samples;

    @Option(names = "--seed", paramLabel = "N", description = "With --output: seed of the samples (default: 1).")
    private @Nullable Long seed;

    @Option(names = "--overwrite", description = "Replace the picture in DIR.")
    private boolean overwrite;

    @Override
    public Integer call() {
        if (text == null) {
            if (output != null || samples != null || seed != null) {
                throw console.usage(
                        "--output, --samples and --seed need a TASK, one of " + String.join(", ", Tasks.names()));
            }
            list(Tasks.kinds());
            return ExitCode.DONE;
        }
        TaskKind kind = Tasks.kind(text);
        if (output == null) {
            if (samples != null || seed != null) {
                throw console.usage("--samples and --seed need --output");
            }
            // Options that are given must be right, although the list shows none of their values.
            if (text.contains(":")) {
                Tasks.parse(text);
            }
            list(List.of(kind));
            return ExitCode.DONE;
        }
        draw(kind, text, output);
        return ExitCode.DONE;
    }

    private void draw(TaskKind kind, String given, Path folder) {
        int count = samples == null ? 6 : samples;
        if (count < 1 || count > MOST_SAMPLES) {
            throw console.usage("--samples must be from 1 to %d, not %d".formatted(MOST_SAMPLES, count));
        }
        OutputFolder.check(folder);
        checkFree(kind, folder);
        Task task = Tasks.parse(given);
        Report.Written written;
        try (FolderLock _ = OutputFolder.open(folder, "tasks")) {
            checkFree(kind, folder);
            written = TaskSamples.write(task, kind.name(), seed == null ? 1 : seed, count, folder);
        }
        if (console.json()) {
            ObjectNode document = Console.object();
            document.put("task", task.describe());
            ArrayNode files = document.putArray("files");
            written.files().forEach(f -> files.add(f.toString()));
            console.print(document);
            return;
        }
        written.notes().forEach(console.out()::println);
        written.files().forEach(console.out()::println);
    }

    private void checkFree(TaskKind kind, Path folder) {
        if (!overwrite) {
            OutputFolder.checkFree(folder, TaskSamples.names(kind.name())::contains);
        }
    }

    private void list(List<TaskKind> kinds) {
        if (console.json()) {
            ObjectNode document = Console.object();
            ArrayNode tasks = document.putArray("tasks");
            kinds.forEach(kind -> json(tasks.addObject(), kind));
            console.print(document);
            return;
        }
        for (int i = 0; i < kinds.size(); i++) {
            TaskKind kind = kinds.get(i);
            console.out().println((i == 0 ? "" : System.lineSeparator()) + kind.name() + "  " + kind.rule());
            TextTable table = new TextTable(0, "", "", "");
            for (TaskOption option : kind.options()) {
                table.row(
                        "  " + option.name()
                                + option.otherwise().map(v -> "=" + v).orElse("=…"),
                        option.values(),
                        option.about());
            }
            table.printRows(console.out());
        }
    }

    private static void json(ObjectNode o, TaskKind kind) {
        o.put("name", kind.name());
        o.put("rule", kind.rule());
        ArrayNode options = o.putArray("options");
        for (TaskOption option : kind.options()) {
            ObjectNode node = options.addObject();
            node.put("name", option.name());
            node.put("about", option.about());
            switch (option) {
                case TaskOption.Whole whole -> {
                    node.put("default", whole.standard());
                    node.put("least", whole.least());
                    node.put("most", whole.most());
                }
                case TaskOption.Words words -> {
                    node.put("values", words.values());
                    words.otherwise().ifPresentOrElse(v -> node.put("default", v), () -> node.put("required", true));
                }
            }
        }
    }
}
