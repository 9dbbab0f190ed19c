package farsight.engine;

import farsight.engine.tornado.KernelChoice;
import farsight.op.Blas;
import farsight.op.GroupLimits;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.vector.Workers;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Engines that run a program in another way, with the same results. */
public final class Variants {

    private Variants() {}

    /** Gives every buffer an array of its own. */
    public static Engine withoutSharing(Engine engine) {
        return new Variant(engine, "unshared " + engine.id(), plan -> MemoryPlan.withoutSharing(plan.program()));
    }

    /** The device with work-groups wherever an operation has such kernels, whatever its kind. */
    public static Engine withGroups(Engine device) {
        return new Variant(device, "groups " + device.id(), plan -> plan) {
            @Override
            public Session open(MemoryPlan plan) {
                String before = System.setProperty(KernelChoice.PROPERTY, "groups");
                try {
                    return device.open(plan);
                } finally {
                    if (before == null) {
                        System.clearProperty(KernelChoice.PROPERTY);
                    } else {
                        System.setProperty(KernelChoice.PROPERTY, before);
                    }
                }
            }
        };
    }

    /** The vector engine with a number of threads of its own. */
    public static Engine vector(Workers workers) {
        return new VectorEngine(workers);
    }

    /** An engine of the JVM whose arrays hold NaN wherever nothing was written yet. */
    public static Engine poisoned(String id) {
        HostSession.Runner runner = switch (id) {
            case "java" -> Op::java;
            case "vector" -> (op, at) -> op.vector(at, Workers.shared());
            default -> throw new IllegalArgumentException(id);
        };
        return new Variant(Engines.find(id), "poisoned " + id, plan -> plan) {
            @Override
            public Session open(MemoryPlan plan) {
                return new Poisoned(plan, runner);
            }
        };
    }

    /** The plain loops, but for products of matrices, which are calls of BLAS, as on a device that has a library. */
    public static Engine blas() {
        return new Variant(Engines.find("java"), "blas", plan -> plan) {
            @Override
            public Session open(MemoryPlan plan) {
                return HostSession.open(
                        plan,
                        limits(),
                        (op, at) -> Op.inTurn(op.parts(GroupLimits.NONE).stream()
                                .map(part -> part.gemm()
                                        .<Runnable>map(product -> () -> Blas.run(product, at))
                                        .orElseGet(() -> part.java(at)))
                                .toList()));
            }
        };
    }

    private static class Variant implements Engine {
        private final Engine engine;
        private final String id;
        private final UnaryOperator<MemoryPlan> replanned;

        Variant(Engine engine, String id, UnaryOperator<MemoryPlan> replanned) {
            this.engine = engine;
            this.id = id;
            this.replanned = replanned;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public String description() {
            return engine.description();
        }

        @Override
        public Limits limits() {
            return engine.limits();
        }

        @Override
        public Session open(MemoryPlan plan) {
            return engine.open(replanned.apply(plan));
        }

        @Override
        public long predictedBytes(MemoryPlan plan) {
            return engine.predictedBytes(replanned.apply(plan));
        }
    }

    private static final class Poisoned implements Session {
        private final HostArrays arrays;
        private final MemoryPlan plan;
        private final HostSession.Runner runner;

        Poisoned(MemoryPlan plan, HostSession.Runner runner) {
            this.plan = plan;
            this.runner = runner;
            arrays = new HostArrays(plan, false);
            for (var array : arrays.all()) {
                array.init(Float.NaN);
            }
        }

        @Override
        public void fill(Buffer b, Consumer<MemorySegment> writer) {
            writer.accept(arrays.floats(b));
        }

        @Override
        public void drain(Buffer b, Consumer<MemorySegment> reader) {
            reader.accept(arrays.floats(b));
        }

        @Override
        public Timing run() {
            HostSession.operations(plan).forEach(op -> runner.of(op, arrays).run());
            return Timing.unprofiled(0);
        }

        @Override
        public Timing run(int part) {
            plan.program()
                    .steps(part)
                    .forEach(step ->
                            runner.of(HostSession.operation(step), arrays).run());
            return Timing.unprofiled(0);
        }

        @Override
        public long bytes() {
            return arrays.bytes();
        }

        @Override
        public void close() {
            arrays.close();
        }
    }
}
