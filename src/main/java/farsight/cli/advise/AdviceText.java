package farsight.cli.advise;

import farsight.advise.Advice;
import farsight.advise.Assessment;
import farsight.advise.Change;
import farsight.advise.Choice;
import farsight.advise.Demand;
import farsight.advise.Loss;
import farsight.advise.Question;
import farsight.advise.TimeFigure;
import farsight.block.Grid;
import farsight.cli.output.TextTable;
import farsight.evidence.Quality;
import farsight.report.chart.Units;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** An advice as text of at most a hundred columns. */
final class AdviceText {

    private static final int WIDTH = 100;

    private final Advice advice;
    private final AdviceFacts facts;
    private final Optional<TrainedOptions.Trained> trained;
    private final PrintWriter out;
    private final List<String> needs;

    AdviceText(Advice advice, AdviceFacts facts, Optional<TrainedOptions.Trained> trained, PrintWriter out) {
        this.advice = advice;
        this.facts = facts;
        this.trained = trained;
        this.out = out;
        needs = Quality.NEEDS.stream()
                .filter(need ->
                        advice.blocks().stream().anyMatch(a -> !a.losses(need).isEmpty()))
                .toList();
    }

    void print() {
        head();
        fitting();
        others();
        new AdviceWords(advice, facts, needs).lines().forEach(this::say);
        new LatentWords(advice, trained).lines().forEach(this::say);
    }

    private void head() {
        Question q = advice.question();
        say("N = %s, C = %d, %s, on %s (%s)%s%s"
                .formatted(
                        facts.n(),
                        facts.channels(),
                        q.pass() == farsight.block.Pass.FORWARD ? "forward" : "forward and backward",
                        facts.engine().id(),
                        facts.engine().description(),
                        q.memoryBytes() == Long.MAX_VALUE
                                ? ""
                                : "; at most " + Units.bytes(q.memoryBytes()) + " of arrays",
                        q.timeNanos() == Long.MAX_VALUE ? "" : "; at most " + Units.nanos(q.timeNanos()) + " a run"));
    }

    private void fitting() {
        List<Assessment> fit = advice.fitting().stream().sorted(Choice.CHEAPEST).toList();
        if (fit.isEmpty()) {
            return;
        }
        out.println();
        List<String> titles = new ArrayList<>(List.of(
                "fits: " + fit.size() + " of " + advice.blocks().size(), "d", "arrays", "process", "weights", "time"));
        needs.forEach(need -> titles.add(need));
        titles.add("time from");
        TextTable table = new TextTable(5 + needs.size(), titles.toArray(String[]::new));
        for (Assessment a : fit) {
            Demand d = a.demand().orElseThrow();
            List<String> cells = new ArrayList<>(List.of(
                    a.candidate().choice().label(),
                    latent(a),
                    Units.bytes(d.arrayBytes()),
                    Units.bytes(d.processBytes()),
                    Units.count(d.parameters()),
                    time(a.time())));
            needs.forEach(need -> cells.add(loss(a, need)));
            cells.add(source(a.time()));
            table.row(cells.toArray(String[]::new));
        }
        table.print(out);
    }

    private void others() {
        List<Assessment> not = advice.blocks().stream().filter(a -> !a.fits()).toList();
        if (not.isEmpty()) {
            return;
        }
        out.println();
        TextTable table = new TextTable(
                3,
                "does not fit: " + not.size() + " of " + advice.blocks().size(),
                "d",
                "arrays",
                "time",
                "would fit with");
        for (Assessment a : not) {
            table.row(
                    a.candidate().choice().label(),
                    latent(a),
                    a.demand().map(d -> Units.bytes(d.arrayBytes())).orElse(Units.NONE),
                    time(a.time()),
                    "");
        }
        List<String> lines = new ArrayList<>();
        java.io.StringWriter text = new java.io.StringWriter();
        table.print(new PrintWriter(text, true));
        lines.addAll(text.toString().lines().toList());
        int column = lines.getFirst().indexOf("would fit with");
        out.println(lines.getFirst());
        for (int i = 0; i < not.size(); i++) {
            List<String> remedy = wrapped(remedy(not.get(i)), WIDTH - column);
            String row = lines.get(i + 1);
            out.println(row + " ".repeat(Math.max(2, column - row.length())) + remedy.getFirst());
            remedy.stream().skip(1).forEach(rest -> out.println(" ".repeat(column) + rest));
        }
    }

    private static String latent(Assessment a) {
        return a.candidate().d() == 0 ? "" : Integer.toString(a.candidate().d());
    }

    /** A time; ~ marks a prediction. */
    static String time(TimeFigure t) {
        return t.known() && !t.measured() ? "~" + Units.nanos(t.nanos()) : Units.nanos(t.nanos());
    }

    private static String source(TimeFigure t) {
        return place(t) + (t.settled() ? "" : ", compiling");
    }

    private static String place(TimeFigure t) {
        return switch (t.source()) {
            case MEASURED -> "this N";
            case SMALLER_N -> "N = " + size(t);
            case OTHER_D ->
                "d = " + (t.from() == null ? "" : t.from().candidate().d()) + ", N = " + size(t);
            case UNKNOWN -> "";
        };
    }

    private static String size(TimeFigure t) {
        return t.from() == null ? "" : Units.count(t.from().grid().positions());
    }

    private static String loss(Assessment a, String need) {
        double mean = Choice.mean(a, need);
        return Double.isNaN(mean)
                ? Units.NONE
                : "%.0f %%%s".formatted(100 * mean, a.losses(need).stream().anyMatch(Loss::otherD) ? "*" : "");
    }

    /** The ways to make a block fit, or why there is none. */
    private String remedy(Assessment a) {
        if (a.verdict() == Assessment.Verdict.IMPOSSIBLE) {
            return "never: " + a.why();
        }
        if (a.verdict() == Assessment.Verdict.UNTIMED) {
            return "unknown: " + a.why();
        }
        Change c = a.change();
        boolean slow = limited() && a.time().nanos() > advice.question().timeNanos();
        List<String> bounds = new ArrayList<>();
        if (a.verdict() == Assessment.Verdict.MEMORY) {
            bounds.add("N <= " + c.withinMemory().map(AdviceText::grid).orElse("0") + " (memory)");
        }
        if (slow) {
            bounds.add("N <= ~" + c.withinTime().map(AdviceText::grid).orElse("0") + " (time)");
        }
        return Stream.of(
                        String.join(" and ", bounds),
                        c.d() == 0 ? "" : (slow ? "d <= ~" : "d <= ") + Units.count(c.d()),
                        c.stride() == 0 ? "" : "channelStride " + c.stride(),
                        streaming(c))
                .filter(s -> !s.isEmpty())
                .collect(java.util.stream.Collectors.joining("; or "));
    }

    private boolean limited() {
        return advice.question().timeNanos() < Long.MAX_VALUE;
    }

    /** The streaming form, if it fits. */
    private String streaming(Change c) {
        return advice.fitting().stream()
                .map(a -> a.candidate().name())
                .filter(c.streaming()::equals)
                .findFirst()
                .map(name -> name + ", the same result")
                .orElse("");
    }

    private static String grid(Grid g) {
        return g.kind() == Grid.Kind.LINE
                ? Units.count(g.positions())
                : g.toString().replace('×', 'x');
    }

    /** Prints a paragraph; its further lines are indented as its first. */
    private void say(String text) {
        int indent = text.length() - text.stripLeading().length();
        wrapped(text.strip(), WIDTH - indent).forEach(line -> out.println((" ".repeat(indent) + line).stripTrailing()));
    }

    /** Lines of whole words. */
    static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
