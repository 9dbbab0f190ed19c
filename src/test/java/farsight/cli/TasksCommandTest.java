package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.task.TaskKind;
import farsight.task.TaskOption;
import farsight.task.Tasks;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TasksCommandTest {

    @TempDir
    Path folder;

    @Test
    void theListNamesEveryTaskAndEveryOption() {
        String out = Cli.run("tasks").succeeds().out();
        for (TaskKind kind : Tasks.kinds()) {
            assertThat(out).contains(kind.name() + "  " + kind.rule());
            for (TaskOption option : kind.options()) {
                assertThat(out).contains("  " + option.name() + "=").contains(option.about());
            }
        }
        assertThat(Cli.run("tasks", "rooms").succeeds().out())
                .contains("points=4096")
                .doesNotContain("recall");
    }

    @Test
    void jsonHasTheSame() {
        JsonNode tasks = JsonMapper.shared()
                .readTree(Cli.run("tasks", "--json").succeeds().out())
                .get("tasks");
        assertThat(tasks.size()).isEqualTo(Tasks.kinds().size());
        for (int i = 0; i < tasks.size(); i++) {
            TaskKind kind = Tasks.kinds().get(i);
            assertThat(tasks.get(i).get("name").asString()).isEqualTo(kind.name());
            assertThat(tasks.get(i).get("options").size())
                    .isEqualTo(kind.options().size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"recall", "count", "rooms:points=1024"})
    void samplesAreDrawnOnceUnlessReplaced(String task) {
        Path out = folder.resolve("pictures");
        String name = task.split(":", 2)[0];
        assertThat(Cli.run("tasks", task, "--samples", "3", "--output", out)
                        .succeeds()
                        .out())
                .contains(name + ".svg");
        assertThat(out.resolve(name + ".svg")).isNotEmptyFile();
        assertThat(out.resolve(name + ".png")).isNotEmptyFile();
        Cli.run("tasks", task, "--output", out).isBadInput("already exists; --overwrite replaces it");
        Cli.run("tasks", task, "--output", out, "--overwrite", "--json").succeeds();
    }

    @Test
    void badUsageIsOneLine() {
        Cli.run("tasks", "room").isBadInput("no task 'room'", "did you mean \"rooms\"?");
        Cli.run("tasks", "rooms:points=7").isBadInput("points=7, expected a whole number from 1024 to 65536");
        Cli.run("tasks", "--output", folder).isBadInput("--output, --samples and --seed need a TASK");
        Cli.run("tasks", "rooms", "--samples", "2").isBadInput("--samples and --seed need --output");
        Cli.run("tasks", "rooms", "--samples", "0", "--output", folder).isBadInput("--samples must be from 1 to 60");
        Cli.run("tasks", "scenes", "--output", folder).isBadInput("task scenes needs folder=…");
        Cli.run("tasks", "pair:folder=" + folder.resolve("none"), "--output", folder)
                .isBadInput("there is no folder", "dataset-fashion-mnist");
        assertThat(folder).isEmptyDirectory();
    }
}
