package farsight.advise;

import farsight.advise.Assessment.Verdict;
import farsight.block.Block;
import farsight.block.BlockSpec;
import farsight.block.Grid;
import farsight.block.spec.SpecException;
import farsight.engine.Engine;
import farsight.evidence.Quality;
import farsight.evidence.QualityTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Advises which block to take: memory from the plans, then time from trials, then quality from studies.
 *
 * <p>Everything that asks for free memory runs before the trials, whose closed sessions give theirs back a little later.
 */
public final class Adviser {

    /** Field of a spec that divides the channels of the latent nodes. */
    private static final String STRIDE = "channelStride";

    private final Question question;
    private final Engine engine;
    private final List<Candidate> candidates;
    private final Trials trials;

    private Adviser(Question question, Engine engine, List<Candidate> candidates, Stopwatch watch, LongSupplier clock) {
        this.question = question;
        this.engine = engine;
        this.candidates = candidates;
        trials = new Trials(question, engine, watch, clock);
    }

    /**
     * The advice.
     *
     * @param engine where the blocks shall run
     * @param watch measures runs there
     * @param clock nanoseconds, for the time that measuring may take
     */
    public static Advice advise(
            Question question,
            Engine engine,
            List<Candidate> candidates,
            QualityTable table,
            Stopwatch watch,
            LongSupplier clock) {
        return new Adviser(question, engine, candidates, watch, clock).advice(table);
    }

    /**
     * A candidate before its time is known.
     *
     * @param losses on the tasks that it was measured on
     * @param withinMemory of a candidate whose memory does not fit the largest grid whose memory does
     * @param smallerD the largest smaller d whose memory fits at the asked N, 0 if there is none
     * @param strides forms with larger channel strides whose memory fits at the asked N
     */
    private record Sized(
            Trials.Entry entry,
            List<Loss> losses,
            Optional<Grid> withinMemory,
            int smallerD,
            Map<Integer, Block> strides) {}

    private Advice advice(QualityTable table) {
        Map<Candidate, Sized> sized = new LinkedHashMap<>();
        Map<Candidate, String> impossible = new LinkedHashMap<>();
        for (Candidate c : candidates) {
            try {
                sized.put(c, sized(c, Loss.of(c, table.rows())));
            } catch (SpecException e) {
                impossible.put(c, String.valueOf(e.getMessage()));
            }
        }
        trials.run(sized.values().stream().map(Sized::entry).toList());
        List<Assessment> all = new ArrayList<>();
        for (Candidate c : candidates) {
            Sized s = sized.get(c);
            all.add(
                    s != null
                            ? assessed(s, sized.keySet())
                            : new Assessment(
                                    c,
                                    Verdict.IMPOSSIBLE,
                                    impossible.getOrDefault(c, ""),
                                    Optional.empty(),
                                    TimeFigure.UNKNOWN,
                                    List.of(),
                                    Change.NONE));
        }
        List<Assessment> fitting = all.stream().filter(Assessment::fits).toList();
        List<Choice> choices = Quality.NEEDS.stream()
                .map(need -> Choice.of(need, fitting))
                .flatMap(Optional::stream)
                .toList();
        return new Advice(question, all, choices, series(table.rows()));
    }

    /** The rows over d of blocks that are among the candidates. */
    private List<List<Quality>> series(List<Quality> rows) {
        Map<List<String>, List<Quality>> series = new LinkedHashMap<>();
        rows.stream()
                .filter(q -> q.d() > 0
                        && candidates.stream().anyMatch(c -> c.choice().label().equals(q.block())))
                .sorted(Comparator.comparingInt(Quality::d))
                .forEach(q -> series.computeIfAbsent(
                                List.of(q.study(), q.task(), q.metric(), q.block()), _ -> new ArrayList<>())
                        .add(q));
        return series.values().stream()
                .filter(s -> s.getFirst().d() < s.getLast().d())
                .toList();
    }

    private Sized sized(Candidate c, List<Loss> losses) {
        Block block = c.block();
        Grid grid = question.grid().apply(block);
        Demand demand = demand(block, grid);
        Sizes sizes = Sizes.of(block, grid, question.number(), question.pass());
        return new Sized(
                new Trials.Entry(c, sizes, demand, !losses.isEmpty()),
                losses,
                demand.fits()
                        ? Optional.empty()
                        : sizes.largest(g -> demand(block, g).fits()),
                demand.fits() ? Math.max(0, c.d() - 1) : smallerD(c, grid),
                strides(block, grid));
    }

    private int smallerD(Candidate c, Grid grid) {
        return (int) Sizes.largest(d -> demand(c.withD((int) d).block(), grid).fits(), 1, c.d() - 1L);
    }

    private Demand demand(Block block, Grid grid) {
        return Demand.of(block, grid, question.pass(), engine, question.memoryBytes());
    }

    /** Strides that divide C, each twice the one before. */
    private Map<Integer, Block> strides(Block block, Grid grid) {
        Map<Integer, Block> fitting = new LinkedHashMap<>();
        ObjectNode spec = BlockSpec.tree(block);
        JsonNode stride = spec.get(STRIDE);
        if (stride != null) {
            for (int s = 2 * stride.intValue(); s <= block.channels() && block.channels() % s == 0; s *= 2) {
                Block wider = BlockSpec.parse(spec.deepCopy().put(STRIDE, s));
                if (demand(wider, grid).fits()) {
                    fitting.put(s, wider);
                }
            }
        }
        return fitting;
    }

    private Assessment assessed(Sized s, Set<Candidate> others) {
        Candidate c = s.entry().candidate();
        Demand demand = s.entry().demand();
        TimeFigure time = trials.times().of(c, demand.grid(), demand.flops());
        Optional<String> failure = trials.failure(c);
        boolean slow = time.nanos() > question.timeNanos();
        boolean untimed = limited() && (!time.known() || (slow && !time.settled()));
        Verdict verdict = !demand.fits()
                ? Verdict.MEMORY
                : failure.isPresent() || untimed ? Verdict.UNTIMED : slow ? Verdict.TIME : Verdict.FITS;
        String why = switch (verdict) {
            case MEMORY -> demand.refusal();
            case UNTIMED ->
                failure.map(message -> "its run failed: " + message)
                        .orElse(time.known() ? "the JVM was still compiling it" : "the time to measure was over");
            default -> "";
        };
        return new Assessment(c, verdict, why, Optional.of(demand), time, s.losses(), change(s, time, others));
    }

    private Change change(Sized s, TimeFigure time, Set<Candidate> others) {
        Candidate c = s.entry().candidate();
        Block block = c.block();
        Grid grid = s.entry().demand().grid();
        Optional<Grid> withinTime = limited() && time.nanos() > question.timeNanos()
                ? s.entry().sizes().largest(g -> quick(c, block, g))
                : Optional.empty();
        int d = (int) Sizes.largest(i -> quick(c, c.withD((int) i).block(), grid), 1, s.smallerD());
        int stride = s.strides().entrySet().stream()
                .filter(e -> quick(c, e.getValue(), grid))
                .mapToInt(Map.Entry::getKey)
                .findFirst()
                .orElse(0);
        String streaming = others.stream()
                .filter(other -> Loss.same(block, other.block()))
                .map(Candidate::name)
                .findFirst()
                .orElse("");
        return new Change(s.withinMemory(), withinTime, d, stride, streaming);
    }

    private boolean limited() {
        return question.timeNanos() < Long.MAX_VALUE;
    }

    /** Whether a form of the candidate is quick enough at the candidate's pace. */
    private boolean quick(Candidate c, Block form, Grid grid) {
        if (!limited()) {
            return true;
        }
        TimeFigure time = trials.times().predicted(c, Demand.flops(form, grid, question.pass()));
        return time.known() && time.nanos() <= question.timeNanos();
    }
}
