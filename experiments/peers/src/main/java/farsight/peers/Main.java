package farsight.peers;

import farsight.block.Pass;
import farsight.peers.problem.Case;
import farsight.peers.problem.Side;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures Farsight and its peers in turns, compares them, and writes what came out. */
@Command(name = "peers", description = "Farsight beside libtorch and OpenBLAS.", mixinStandardHelpOptions = true)
final class Main implements Callable<Integer> {

    @Option(names = "--cases", split = ",", description = "cases, by name or its beginning (default: all)")
    List<String> cases = List.of("");

    @Option(names = "--passes", split = ",", description = "forward, both (default: all that a case has)")
    List<String> passes = List.of("forward", "both");

    @Option(names = "--sides", split = ",", description = "farsight, libtorch, openblas (default: all)")
    List<String> sides = List.of("farsight", "libtorch", "openblas");

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "turns of all sides; 0 for results and memory alone (default: ${DEFAULT-VALUE})")
    int rounds;

    @Option(names = "--seconds", defaultValue = "1.5", description = "measured a turn (default: ${DEFAULT-VALUE})")
    double seconds;

    @Option(
            names = "--warm-up",
            defaultValue = "2",
            description = "seconds before, and again until the JVM's compiler is idle (default: ${DEFAULT-VALUE})")
    double warmUp;

    @Option(names = "--single", description = "Farsight on one core too")
    boolean single;

    @Option(names = "--times-only", description = "neither compare results nor measure memory")
    boolean timesOnly;

    @Option(names = "--list", description = "list the cases")
    boolean list;

    @Option(names = "--output", description = "folder of the results (default: none for a choice of cases)")
    Path output;

    private static final double ROOF_SECONDS = 4;

    private final Set<Side> wanted = EnumSet.noneOf(Side.class);

    /** Everything that ran. */
    private final List<Result> results = new ArrayList<>();

    /** Those that run in rounds, sides of one case one after another. */
    private final List<Result> chosen = new ArrayList<>();

    /** See {@code --help}. */
    public static void main(String... args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (list) {
            Case.ALL.forEach(c -> System.out.printf("%-24s %s%n", c.name(), c.sizes()));
            return 0;
        }
        sides.forEach(s -> wanted.add(Side.named(s)));
        double load = Machine.loadNow();
        Path folder = Files.createTempDirectory("peers");
        try {
            for (Case c : cases()) {
                for (Pass pass : c.passes()) {
                    if (passes.contains(pass.toString()) && !prepare(c, pass, folder)) {
                        return 1;
                    }
                }
            }
        } finally {
            Search.clear(folder);
            Files.deleteIfExists(folder);
        }
        Roof roof = Roof.UNKNOWN;
        for (int round = 1; round <= rounds; round++) {
            progress("round %d of %d: what the machine can do".formatted(round, rounds));
            roof = roof.or(Fork.roof(ROOF_SECONDS));
            for (Result r : chosen) {
                progress("round %d of %d: %s".formatted(round, rounds, r));
                r.add(Fork.time(r.measured(), r.pass(), r.setting(), warmUp, seconds));
            }
        }
        progress("");
        Machine machine = Machine.now(load, roof);
        System.out.println(ResultTable.text(results, machine));
        if (output != null) {
            System.out.println("Written to " + ResultFiles.write(results, machine, output));
        }
        return 0;
    }

    private List<Case> cases() {
        List<Case> all = Case.ALL.stream()
                .filter(c -> cases.stream().anyMatch(c.name()::startsWith))
                .toList();
        if (all.isEmpty()) {
            throw new CommandLine.ParameterException(
                    new CommandLine(this), "no case begins with " + cases + "; see --list");
        }
        return all;
    }

    /** Finds the settings of all sides, and measures all but times; false where no results of a side agree with ours. */
    private boolean prepare(Case c, Pass pass, Path folder) throws IOException, InterruptedException {
        Search.clear(folder);
        Search search = new Search(c, pass, folder, !timesOnly, Main::progress);
        boolean good = true;
        for (Side side : c.sides().stream().filter(wanted::contains).toList()) {
            // The plain setting is what memory is measured with; where its results are wrong, what takes its place.
            Result plain = search.alone(Setting.plain(side));
            List<Result> best = side == Side.FARSIGHT || rounds == 0 ? List.of(plain) : search.best(side);
            good &= !best.isEmpty() && best.getFirst().agrees();
            if (side == Side.FARSIGHT && single) {
                chosen.add(search.alone(new Setting(side, 1, 0)));
            }
            chosen.addAll(best);
            if (!timesOnly && good) {
                // The fastest setting may hold more than the same with the allocator as it comes.
                Result fastest = best.getFirst();
                Result modest = search.alone(fastest.setting().with(Allocator.PLAIN));
                Set<Result> looked = new LinkedHashSet<>(List.of(plain, modest, fastest));
                for (Result r : looked.stream().filter(Result::agrees).toList()) {
                    progress("memory: " + r);
                    r.peak(Fork.peak(c, pass, r.setting()));
                }
            }
        }
        results.addAll(search.tried());
        return good;
    }

    private static void progress(String text) {
        if (System.console() != null && System.console().isTerminal()) {
            System.err.print("\r\033[K" + text);
        } else if (!text.isEmpty()) {
            System.err.println(text);
        }
    }
}
