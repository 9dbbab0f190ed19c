package farsight.evidence;

import farsight.data.OutputFiles;
import farsight.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A study that runs in a folder. Costs come first, each alone on the device; then trials, several at a time where there
 * are several engines. A result is on disk before it counts. A run that was killed goes on with what is missing; so does
 * a study that was changed, for a result is kept as long as all that it depends on is the same.
 */
public final class StudyRun {

    /** Hears of a run's progress. */
    public interface Listener {
        /** Called once: how many costs and trials are missing, of how many. */
        void begins(Study study, int costs, int trials, int all);

        /** Called after each cost. */
        void measured(Study.Pair pair, TrialCost cost);

        /** Called after each trial, perhaps by several threads. */
        void ended(Study.Trial trial, TrialResult result, long nanos);
    }

    /** Name of the table of trials. */
    public static final String RUNS = StudyTables.RUNS;

    private final Study study;
    private final StudyTables tables;
    private final TrialRunner trials;

    private StudyRun(Study study, Path folder, List<Path> others) {
        this.study = study;
        tables = new StudyTables(folder, others);
        trials = new TrialRunner(study);
    }

    /**
     * Runs what is missing.
     *
     * @param folder exists, and no other process writes to it
     * @param others folders of other studies, whose results count where they are of the same trials
     * @param device that measures the costs
     * @param workers engines that train, each for one trial at a time
     * @throws farsight.engine.RefusedException when a network does not fit
     */
    public static StudyResults run(
            Study study, Path folder, List<Path> others, Engine device, List<Engine> workers, Listener listener) {
        return new StudyRun(study, folder, others).run(device, workers, listener);
    }

    /**
     * The results in a folder.
     *
     * @throws farsight.data.DataException when some are missing
     */
    public static StudyResults read(Study study, Path folder) {
        StudyRun run = new StudyRun(study, folder, List.of());
        return run.results();
    }

    /**
     * Deletes the results in a folder.
     *
     * @throws farsight.data.DataException when a file may not be deleted
     */
    public static void clear(Path folder) {
        for (String name : List.of(StudyTables.COSTS, StudyTables.RUNS)) {
            try {
                Files.deleteIfExists(folder.resolve(name));
            } catch (IOException e) {
                throw OutputFiles.failure("cannot replace " + folder.resolve(name), e);
            }
        }
    }

    private StudyResults run(Engine device, List<Engine> workers, Listener listener) {
        List<Study.Pair> unmeasured =
                study.pairs().stream().filter(p -> tables.cost(p).isEmpty()).toList();
        // TrialRunner are counted by their costs, which decide their steps.
        long known = unmeasured.isEmpty() ? missing().size() : -1;
        listener.begins(
                study,
                unmeasured.size(),
                (int) (known < 0 ? study.trials().size() : known),
                study.trials().size());
        try (ResultLog log = tables.costLog(study)) {
            unmeasured.forEach(pair -> trials.warmUp(pair, device));
            for (Study.Pair pair : unmeasured) {
                TrialCost cost = trials.cost(pair, device);
                tables.add(log, pair, cost);
                listener.measured(pair, cost);
            }
        }
        List<Study.Trial> missing = missing();
        SequencedMap<Study.Trial, String> all = new LinkedHashMap<>();
        study.trials().forEach(t -> all.put(t, fingerprint(t)));
        try (ResultLog log = tables.runLog(all)) {
            train(missing, workers, log, listener);
        }
        // Workers add lines as they end; the finished table has them in the study's order.
        tables.runLog(all).close();
        return results();
    }

    private List<Study.Trial> missing() {
        return study.trials().stream()
                .filter(t -> tables.result(fingerprint(t)).isEmpty())
                .toList();
    }

    private String fingerprint(Study.Trial trial) {
        return Fingerprint.of(study, trial, tables.cost(trial.pair()).orElseThrow());
    }

    private void train(List<Study.Trial> missing, List<Engine> workers, ResultLog log, Listener listener) {
        ConcurrentLinkedQueue<Study.Trial> queue = new ConcurrentLinkedQueue<>(missing);
        try (ExecutorService threads = Executors.newFixedThreadPool(workers.size())) {
            List<Future<?>> all = new ArrayList<>();
            for (Engine engine : workers) {
                all.add(threads.submit(() -> {
                    for (Study.Trial t = queue.poll(); t != null; t = queue.poll()) {
                        long began = System.nanoTime();
                        TrialResult r = trials.run(t, tables.cost(t.pair()).orElseThrow(), engine);
                        tables.add(log, t, fingerprint(t), r);
                        listener.ended(t, r, System.nanoTime() - began);
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } catch (ExecutionException e) {
            queue.clear();
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            queue.clear();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private StudyResults results() {
        Map<Study.Pair, TrialCost> costs = new HashMap<>();
        Map<Study.Trial, TrialResult> ended = new HashMap<>();
        for (Study.Pair p : study.pairs()) {
            tables.cost(p).ifPresent(c -> costs.put(p, c));
        }
        for (Study.Trial t : study.trials()) {
            if (costs.containsKey(t.pair())) {
                tables.result(fingerprint(t)).ifPresent(r -> ended.put(t, r));
            }
        }
        return new StudyResults(study, costs, ended);
    }
}
