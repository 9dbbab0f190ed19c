package farsight.peers;

import farsight.block.Pass;
import farsight.data.Safetensors;
import farsight.peers.problem.Case;
import farsight.peers.problem.Inputs;
import farsight.peers.problem.Prepared;
import farsight.peers.problem.Problem;
import farsight.peers.problem.Side;
import farsight.peers.torch.TorchInputs;
import farsight.vector.VectorSupport;
import farsight.vector.Workers;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch;

/**
 * A process of its own for one case, side and pass, so that neither compiled code nor an allocator's state is shared.
 * It prints lines of {@code @name value}, which {@link Fork} reads.
 *
 * <pre>
 *   time CASE PASS SETTING WARM-UP SECONDS [FILE]     prints the nanoseconds of every run; writes the results to FILE
 *   memory CASE PASS SETTING                          prints the growth of resident memory
 *   roof SECONDS                                      prints the machine's highest rates of flops and of bytes
 * </pre>
 */
final class Child {

    /** Runs that are measured however long they take. */
    private static final int FEWEST = 3;

    /** Runs whose memory is looked at: what a second one holds of the first counts too. */
    private static final int RUNS = 5;

    /** How long the small case runs before memory is looked at: libraries are loaded and code compiled then. */
    private static final double SMALL_SECONDS = 2;

    /** Turns of warming up at most, while the compiler takes more than the next figure of each. */
    private static final int MOST_TURNS = 8;

    private static final long IDLE_MILLIS = 20;

    private Child() {}

    /** See the class. */
    public static void main(String... args) throws InterruptedException {
        if (args[0].equals("roof")) {
            // The asking loads the Vector API, which the measurement uses by itself.
            if (!VectorSupport.available()) {
                throw new IllegalStateException(VectorSupport.missing());
            }
            Roof roof = RoofMeasurement.roof(Workers.shared(), Double.parseDouble(args[1]));
            System.out.println("@roof " + roof.flops() + " " + roof.bytes());
            return;
        }
        Case c = Case.named(args[1]);
        Pass pass = Pass.valueOf(args[2]);
        Setting setting = Setting.parse(args[3]);
        if (setting.side() == Side.LIBTORCH) {
            torch.set_num_threads(setting.threads());
            torch.globalContext().setUserEnabledMkldnn(setting.oneDnn());
        }
        if (args[0].equals("time")) {
            Optional<Path> file = args.length > 6 ? Optional.of(Path.of(args[6])) : Optional.empty();
            time(c, pass, setting, Double.parseDouble(args[4]), Double.parseDouble(args[5]), file);
            System.out.println("@facts " + Facts.of(setting.side()));
        } else {
            memory(c, pass, setting);
        }
        System.out.flush();
        // Some native libraries end badly when their threads are taken down in order.
        Runtime.getRuntime().halt(0);
    }

    /** The inputs of a case, at rest. */
    private static Prepared prepared(Case c, Pass pass, Setting setting) {
        Inputs inputs = Inputs.of(c);
        return switch (setting.side()) {
            case FARSIGHT ->
                c instanceof Case.Training t
                        ? FarsightTraining.prepare(t, inputs)
                        : FarsightProblem.prepare(Recorded.of(c, pass), inputs);
            case LIBTORCH -> TorchInputs.prepare(c, pass, inputs, setting.channelsLast());
            case OPENBLAS -> BlasProblem.prepare(c, inputs);
        };
    }

    private static void time(Case c, Pass pass, Setting setting, double warmUp, double seconds, Optional<Path> file) {
        try (Prepared prepared = prepared(c, pass, setting);
                Problem problem = prepared.open()) {
            untilCompiled(problem, warmUp);
            StringBuilder nanos = new StringBuilder();
            long end = System.nanoTime() + (long) (seconds * 1e9);
            for (int runs = 0; runs < FEWEST || System.nanoTime() < end; runs++) {
                long start = System.nanoTime();
                problem.run();
                nanos.append(' ').append(System.nanoTime() - start);
            }
            System.out.println("@nanos" + nanos);
            file.ifPresent(f -> Safetensors.write(f, new LinkedHashMap<>(problem.results()), Map.of()));
        }
    }

    private static void memory(Case c, Pass pass, Setting setting) throws InterruptedException {
        try (Prepared small = prepared(c.small(), pass, setting);
                Problem problem = small.open()) {
            untilCompiled(problem, SMALL_SECONDS);
        }
        try (Prepared prepared = prepared(c, pass, setting)) {
            settle();
            // Under PLAIN the system has large arrays back already, and the JVM's own small ones would count as growth.
            if (setting.allocator() != Allocator.PLAIN) {
                Allocator.trim();
            }
            long before = ProcessMemory.restartPeak();
            try (Problem problem = prepared.open()) {
                repeat(problem, 0, RUNS);
                long growth = ProcessMemory.peak() - before - prepared.copiedBytes();
                System.out.println("@peak " + Math.max(growth, 0));
            }
        }
    }

    /**
     * Runs in turns of so many seconds until the JVM's compiler has been idle for one: before that, times are those of
     * code that is not compiled yet, and memory has the compiler's work space.
     */
    private static void untilCompiled(Problem problem, double seconds) {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        long before;
        int turns = 0;
        do {
            before = compiler.getTotalCompilationTime();
            repeat(problem, seconds, FEWEST);
        } while (compiler.getTotalCompilationTime() - before > IDLE_MILLIS && ++turns < MOST_TURNS);
    }

    /** What nobody refers to any more, the small case and copies of inputs, must be given back before and not after. */
    private static void settle() throws InterruptedException {
        for (int i = 0; i < 4; i++) {
            System.gc();
            Thread.sleep(200);
        }
    }

    private static void repeat(Problem problem, double seconds, int fewest) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        for (int runs = 0; runs < fewest || System.nanoTime() < end; runs++) {
            problem.run();
        }
    }
}
