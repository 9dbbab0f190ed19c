package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A training run that is killed, at any moment, and goes on. */
@Timeout(300)
class TrainKilledTest extends Training {

    private static final int KILLS = 5;

    private static final Object[] ASKED = {"--steps", "60", "--evaluate-every", "3", "--checkpoint-every", "2"};

    private Process resumed() throws IOException {
        Object[] words = words(out(), ASKED).toArray();
        Object[] all = Arrays.copyOf(words, words.length + 1);
        all[words.length] = "--resume";
        return Processes.start(Main.class, all);
    }

    private long checkpoint() throws IOException {
        Path file = out().resolve("checkpoint.safetensors");
        return Files.exists(file) ? Files.getLastModifiedTime(file).toMillis() : 0;
    }

    @Test
    void killedAgainAndAgainItLearnsTheSame() throws IOException, InterruptedException {
        train(folder.resolve("whole"), ASKED).succeeds();
        int kills = 0;
        // The first is killed before it has a checkpoint; the others some time after a new one.
        for (int attempt = 0; attempt < KILLS; attempt++) {
            Process run = resumed();
            long before = checkpoint();
            while (attempt > 0 && run.isAlive() && checkpoint() == before) {
                Thread.sleep(5);
            }
            if (run.waitFor(attempt == 0 ? 400 : 7L * attempt, TimeUnit.MILLISECONDS)) {
                assertThat(run.exitValue()).as(Processes.said(run)).isZero();
                break;
            }
            run.destroyForcibly().waitFor();
            kills++;
        }
        assertThat(kills).isGreaterThan(1);
        assertThat(train(out(), resumeWords()).succeeds().out()).contains("wrote");
        learnedTheSame(out(), folder.resolve("whole"));
        assertThat(out()).isDirectoryNotContaining("glob:**.part").isDirectoryContaining("glob:**/index.html");
    }

    private static Object[] resumeWords() {
        Object[] all = Arrays.copyOf(ASKED, ASKED.length + 1);
        all[ASKED.length] = "--resume";
        return all;
    }
}
