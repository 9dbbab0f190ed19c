package farsight.peers;

import farsight.block.Pass;
import farsight.peers.problem.Case;
import farsight.peers.problem.Side;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Looks for the settings that suit a peer best in one case and pass, each in a short run of its own: first threads, then
 * the allocator, then what else there is, each with the best of before. A setting whose results differ from ours is out;
 * if oneDNN was on, the same is tried without.
 */
final class Search {

    /** A setting takes part in the rounds if its least time is at most this multiple of the best setting's. */
    private static final double NEAR = 1.25;

    /** The most settings that take part in the rounds. */
    private static final int MOST = 4;

    private static final double WARM_UP = 1;
    private static final double SECONDS = 1;

    private final Case c;
    private final Pass pass;
    private final Path folder;
    private final boolean compare;
    private final Consumer<String> progress;
    private final Map<Setting, Result> tried = new LinkedHashMap<>();
    private boolean oneDnnFails;

    /**
     * Of one case and pass.
     *
     * @param folder receives the results, and has ours from before
     * @param compare whether to look at results
     */
    Search(Case c, Pass pass, Path folder, boolean compare, Consumer<String> progress) {
        this.c = c;
        this.pass = pass;
        this.folder = folder;
        this.compare = compare;
        this.progress = progress;
    }

    /** Everything that was tried, in order. */
    List<Result> tried() {
        return List.copyOf(tried.values());
    }

    /** Runs one setting alone; it judges others if it is ours. Where results with oneDNN were wrong, without it. */
    Result alone(Setting setting) throws IOException, InterruptedException {
        boolean spared = oneDnnFails && setting.side() == Side.LIBTORCH;
        Result result = attempt(spared ? setting.withoutOneDnn() : setting);
        if (!result.agrees()
                && setting.side() == Side.LIBTORCH
                && result.setting().oneDnn()) {
            report(result, ", so it runs without oneDNN");
            oneDnnFails = true;
            result = attempt(setting.withoutOneDnn());
        }
        if (!result.agrees()) {
            report(result, ", so its times mean nothing");
        }
        return result;
    }

    /**
     * Searches a peer's settings.
     *
     * @return the results of the settings that take part in the rounds, the fastest first; empty if no setting agrees
     */
    List<Result> best(Side peer) throws IOException, InterruptedException {
        boolean libtorch = peer == Side.LIBTORCH;
        for (Setting threads : Setting.threads(peer)) {
            alone(libtorch ? threads.with(Allocator.KEPT) : threads);
        }
        if (libtorch) {
            varied(s -> s.with(Allocator.PLAIN));
            varied(s -> s.with(Allocator.HUGE));
            if (c.maps()) {
                varied(Setting::withChannelsLast);
            }
            varied(Setting::withoutOneDnn);
        }
        List<Result> order = order(peer);
        return order.stream()
                .filter(r -> r.searchMinMs() <= NEAR * order.getFirst().searchMinMs())
                .limit(MOST)
                .toList();
    }

    private void varied(UnaryOperator<Setting> change) throws IOException, InterruptedException {
        List<Result> order = order(Side.LIBTORCH);
        if (!order.isEmpty()) {
            alone(change.apply(order.getFirst().setting()));
        }
    }

    private List<Result> order(Side peer) {
        return tried.values().stream()
                .filter(r -> r.setting().side() == peer && r.agrees())
                .sorted(Comparator.comparingDouble(Result::searchMinMs))
                .toList();
    }

    private Result attempt(Setting setting) throws IOException, InterruptedException {
        Result known = tried.get(setting);
        if (known != null) {
            return known;
        }
        Result result = new Result(c, pass, setting);
        progress.accept("search: " + result);
        Path file = folder.resolve(setting.side() + ".safetensors");
        Path ours = folder.resolve(Side.FARSIGHT + ".safetensors");
        if (compare) {
            result.searched(Fork.time(c, pass, setting, WARM_UP, SECONDS, file));
            result.compared(Agreement.error(Files.exists(ours) ? ours : file, file), Files.exists(ours));
            if (setting.side() != Side.FARSIGHT) {
                Files.delete(file);
            }
        } else {
            result.searched(Fork.time(c, pass, setting, WARM_UP, SECONDS));
        }
        tried.put(setting, result);
        return result;
    }

    private static void report(Result result, String consequence) {
        System.err.printf(
                Locale.ROOT, "%n%s: results differ from ours by %.1e%s%n", result, result.error(), consequence);
    }

    /** Removes the results from their folder. */
    static void clear(Path folder) throws IOException {
        for (Side side : Side.values()) {
            Files.deleteIfExists(folder.resolve(side + ".safetensors"));
        }
    }
}
