package farsight.peers;

import farsight.block.Pass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
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

    @Option(names = "--warm-up", defaultValue = "2", description = "seconds before, and again until the JVM's compiler is idle (default: ${DEFAULT-VALUE})")
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

    private final List<Result> results = new ArrayList<>();

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
        List<Case> chosen = chosen();
        plan(chosen);
        double load = Machine.loadNow();
        Roof roof = Roof.UNKNOWN;
        if (!timesOnly && !once(chosen)) {
            return 1;
        }
        for (int round = 1; round <= rounds; round++) {
            progress("round %d of %d: what the machine can do".formatted(round, rounds));
            roof = roof.or(Fork.roof(ROOF_SECONDS));
            for (Result r : results) {
                progress("round %d of %d: %s".formatted(round, rounds, name(r)));
                r.add(Fork.time(r.measured(), r.setting(), r.pass(), warmUp, seconds));
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

    private List<Case> chosen() {
        List<Case> chosen = Case.ALL.stream()
                .filter(c -> cases.stream().anyMatch(c.name()::startsWith))
                .toList();
        if (chosen.isEmpty()) {
            throw new CommandLine.ParameterException(
                    new CommandLine(this), "no case begins with " + cases + "; see --list");
        }
        return chosen;
    }

    // Ours, theirs, ours, theirs …: sides of one case follow one another within a round.
    private void plan(List<Case> chosen) {
        Set<Side> wanted = EnumSet.noneOf(Side.class);
        sides.forEach(s -> wanted.add(Side.named(s)));
        Predicate<Pass> asked = p -> passes.contains(p.toString());
        for (Case c : chosen) {
            for (Pass pass : c.passes().stream().filter(asked).toList()) {
                for (Side side : c.sides().stream().filter(wanted::contains).toList()) {
                    Setting.of(side, single).forEach(s -> results.add(new Result(c, pass, s)));
                }
            }
        }
    }

    /** Memory and results of every side on all cores; false where they disagree. */
    private boolean once(List<Case> chosen) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("peers");
        boolean good = true;
        try {
            for (Case c : chosen) {
                for (Pass pass : c.passes()) {
                    good &= once(
                            folder,
                            results.stream()
                                    .filter(r -> r.measured() == c
                                            && r.pass() == pass
                                            && r.setting().threads() == Setting.CORES
                                            && r.setting().blas() != 1)
                                    .toList());
                }
            }
        } finally {
            for (Side side : Side.values()) {
                Files.deleteIfExists(folder.resolve(side + ".safetensors"));
            }
            Files.deleteIfExists(folder);
        }
        return good;
    }

    private static boolean once(Path folder, List<Result> sides) throws IOException, InterruptedException {
        boolean good = true;
        Path ours = folder.resolve(Side.FARSIGHT + ".safetensors");
        Files.deleteIfExists(ours);
        for (Result r : sides) {
            progress("results and memory: " + name(r));
            Path file = folder.resolve(r.setting().side() + ".safetensors");
            Fork.Once once = Fork.once(r.measured(), r.setting(), r.pass(), file);
            boolean peer = r.setting().side() != Side.FARSIGHT && Files.exists(ours);
            double error = peer ? Agreement.error(ours, file) : Double.NaN;
            r.once(once, error);
            if (peer && !(error <= Agreement.MOST)) {
                progress("");
                System.err.printf(
                        Locale.ROOT, "%s: results differ from ours by %.1e, so times mean nothing%n", name(r), error);
                good = false;
            }
        }
        return good;
    }

    private static String name(Result r) {
        return "%s %s %s, %s threads"
                .formatted(
                        r.measured().name(),
                        r.pass(),
                        r.setting().side(),
                        r.setting().threadsText());
    }

    private static void progress(String text) {
        if (System.console() != null && System.console().isTerminal()) {
            System.err.print("\r\033[K" + text);
        } else if (!text.isEmpty()) {
            System.err.println(text);
        }
    }
}
