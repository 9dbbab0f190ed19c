package farsight.doctor;

import farsight.engine.DriverException;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.ProviderException;
import farsight.engine.Session;
import farsight.engine.Timing;
import farsight.op.product.MatMul;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Runs a small product on every engine and compares its result with float64. */
final class EngineChecks {

    // Primes, so that tiles and vectors are partly filled.
    private static final int M = 61;
    private static final int K = 67;
    private static final int N = 13;

    /** Relative to the norm. Float32 gives about 1e-7 here; device compilers relax arithmetic. */
    private static final double TOLERANCE = 1e-4;

    private EngineChecks() {}

    static List<Finding> all(Surroundings here) {
        List<Finding> all = new ArrayList<>();
        Engines.host().forEach(e -> all.add(run(e)));
        try {
            List<Engine> devices = Engines.devices();
            devices.forEach(e -> all.add(run(e)));
            if (devices.isEmpty()) {
                all.add(noDevice(here));
            }
        } catch (DriverException e) {
            all.add(Finding.broken(
                    "devices",
                    String.valueOf(e.getMessage()),
                    "a driver that its backend needs is missing or misconfigured: see the lines above, and the driver's"
                            + " variables, such as POCL_DEVICES or CUDA_VISIBLE_DEVICES"));
        } catch (ProviderException e) {
            all.add(Finding.broken(
                    "devices",
                    String.valueOf(e.getMessage()),
                    "mend its jar, or take it off the class path (FARSIGHT_CLASSPATH)"));
        }
        return all;
    }

    private static Finding noDevice(Surroundings here) {
        return here.tornadoLoaded()
                ? Finding.warn("devices", "TornadoVM lists none", "install a driver: the lines above say which")
                : Finding.none("devices", "none: TornadoVM is not in this process", "");
    }

    /** Runs the product once. */
    static Finding run(Engine engine) {
        boolean device = engine.facts().isPresent();
        try {
            Program.Builder p = new Program.Builder("doctor");
            Buffer a = p.buffer("a", Shape.matrix(M, K), Role.INPUT);
            Buffer b = p.buffer("b", Shape.matrix(K, N), Role.INPUT);
            Buffer c = p.buffer("c", Shape.matrix(M, N), Role.OUTPUT);
            p.add(new MatMul(a, b, c, false, 1f, false));
            try (Session session = engine.open(MemoryPlan.of(p.build()))) {
                float[] left = wave(M * K, 3);
                float[] right = wave(K * N, 5);
                session.write(a, left);
                session.write(b, right);
                Timing timing = session.run();
                double error = error(session.read(c), left, right);
                // Written so that NaN counts as an error.
                if (!(error <= TOLERANCE)) {
                    return Finding.broken(
                            engine.id(),
                            "a small product is wrong by %.1e of its norm; %s".formatted(error, engine.description()),
                            "do not use this " + (device ? "device, or try another driver" : "engine; report this"));
                }
                if (device && timing.kernels() <= 0) {
                    return Finding.broken(
                            engine.id(),
                            "the kernel did not run on the device; " + engine.description(),
                            "-Dtornado.recover.bailout=False shows why");
                }
                return Finding.ok(
                        engine.id(), "a small product is right, " + took(timing) + "; " + engine.description());
            }
        } catch (RuntimeException | LinkageError e) {
            return Finding.broken(
                    engine.id(), "a small product fails: " + oneLine(e), "./farsight check --stacktrace shows more");
        }
    }

    private static String took(Timing t) {
        return t.kernels() < 0
                ? ms(t.wall())
                : "%s the first time (compiling %s, kernel %s)"
                        .formatted(ms(t.wall()), ms(t.compile()), ms(t.kernels()));
    }

    private static String ms(long nanoseconds) {
        return String.format(Locale.ROOT, nanoseconds < 10_000_000 ? "%.3f ms" : "%.0f ms", nanoseconds / 1e6);
    }

    private static float[] wave(int length, int step) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) Math.sin(0.1 * step * i);
        }
        return values;
    }

    private static double error(float[] c, float[] a, float[] b) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < M; i++) {
            for (int j = 0; j < N; j++) {
                double expected = 0;
                for (int k = 0; k < K; k++) {
                    expected += (double) a[i * K + k] * b[k * N + j];
                }
                difference += (c[i * N + j] - expected) * (c[i * N + j] - expected);
                norm += expected * expected;
            }
        }
        return Math.sqrt(difference / norm);
    }

    private static String oneLine(Throwable e) {
        String message =
                e.getMessage() == null ? "" : e.getMessage().lines().findFirst().orElse("");
        return e.getClass().getSimpleName() + (message.isBlank() ? "" : ": " + message.strip());
    }
}
