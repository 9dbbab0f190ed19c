package farsight.network;

import farsight.block.Parameter;
import farsight.block.Statistic;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.tape.Purpose;
import farsight.tape.Tape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A network's forward pass on a tape, with what a caller needs to go on: to read the logits, or to record a loss, the
 * backward pass and the updates after it.
 */
public final class NetworkProgram {

    private final Network network;
    private final Mode mode;
    private final Program.Builder builder;
    private final Tape tape;
    private final SequencedMap<String, Buffer> parameters = new LinkedHashMap<>();
    private final SequencedMap<String, Buffer> statistics = new LinkedHashMap<>();
    private final SequencedMap<String, Kept> batchStatistics = new LinkedHashMap<>();
    private final List<Visit> visits = new ArrayList<>();
    private final Owners owners;
    private final Buffer x;
    private final Buffer logits;
    private @Nullable Buffer seed;
    private int streams;

    /**
     * A batch's value of a statistic.
     *
     * @param statistic as many floats as the statistic has, or as many per sample
     * @param count how many numbers per channel it was computed from
     */
    public record Kept(Buffer statistic, long count) {}

    /** What the forward pass is for. */
    public enum Mode {
        /** PyTorch's evaluation mode: running statistics, no dropout. */
        EVALUATION(Purpose.RESULT, Role.PARAMETER),
        /** PyTorch's training mode; a backward pass follows, and nothing is updated. */
        GRADIENT(Purpose.BACKWARD, Role.PARAMETER),
        /** PyTorch's training mode; a backward pass follows, and weights and statistics are updated in place. */
        STEP(Purpose.BACKWARD, Role.STATE);

        private final Purpose purpose;
        private final Role updated;

        Mode(Purpose purpose, Role updated) {
            this.purpose = purpose;
            this.updated = updated;
        }

        boolean training() {
            return this != EVALUATION;
        }
    }

    /**
     * A layer that was recorded.
     *
     * @param path its name with the names of the layers around it; by its number where it has no name
     * @param layer the layer
     * @param in extents of its input
     * @param y its result
     */
    public record Visit(String path, Layer layer, Extents in, Buffer y) {}

    /**
     * Records a network.
     *
     * @param name of the program
     * @param batch B, at least 1
     */
    public NetworkProgram(Network network, String name, long batch, Mode mode) {
        this.network = network;
        this.mode = mode;
        builder = new Program.Builder(name);
        tape = new Tape(builder, mode.purpose);
        owners = new Owners(builder);
        x = tape.given("x", network.input().shape(batch), Role.INPUT);
        tape.withoutGradient(x);
        for (Parameter p : network.parameters()) {
            Role role = p.trained() ? mode.updated : Role.PARAMETER;
            parameters.put(p.name(), tape.given(p.name(), p.shape(), role));
        }
        for (Statistic s : network.statistics()) {
            giveStatistic(s);
        }
        logits = network.layers().record(new Context(""), x, network.input());
    }

    /** A statistic that is also a parameter has its buffer; others are given where they are read or updated. */
    private void giveStatistic(Statistic s) {
        Buffer known = parameters.get(s.name());
        if (known != null && mode == Mode.STEP) {
            builder.state(known);
        }
        if (known != null) {
            statistics.put(s.name(), known);
        } else if (mode != Mode.GRADIENT) {
            statistics.put(s.name(), tape.given(s.name(), s.parameter().shape(), mode.updated));
        }
    }

    /** The network. */
    public Network network() {
        return network;
    }

    /** The program under construction. */
    public Program.Builder builder() {
        return builder;
    }

    /** The tape that the network was recorded on. */
    public Tape tape() {
        return tape;
    }

    /** The input, [B, N, C]. */
    public Buffer x() {
        return x;
    }

    /** The logits, [B, N, K]. */
    public Buffer logits() {
        return logits;
    }

    /** The parameters by name, in the network's order. */
    public SequencedMap<String, Buffer> parameters() {
        return parameters;
    }

    /** The kept statistics by name; in {@link Mode#GRADIENT} only those that are parameters. */
    public SequencedMap<String, Buffer> statistics() {
        return statistics;
    }

    /** The batch's value of each statistic, by name; empty in evaluation. */
    public SequencedMap<String, Kept> batchStatistics() {
        return batchStatistics;
    }

    /** The seed and the step that dropout draws from, [1, 1, 2]; null if nothing does. */
    public @Nullable Buffer seed() {
        return seed;
    }

    /** Every layer, in order; a layer of lists after the layers in it. */
    public List<Visit> visits() {
        return List.copyOf(visits);
    }

    /** Records steps that belong to something else than a layer, for {@link #owner}. */
    public <T> T owned(String what, Supplier<T> recording) {
        owners.begin(what);
        T result = recording.get();
        owners.end();
        return result;
    }

    /** The path of the layer that a step belongs to, in the forward or the backward pass; empty if none. */
    public String owner(int step) {
        return owners.of(step);
    }

    /** Which layer each step belongs to: the innermost that was being recorded. */
    private static final class Owners {
        private final Program.Builder builder;
        private final Deque<String> now = new ArrayDeque<>(List.of(""));
        private final List<String> all = new ArrayList<>();

        Owners(Program.Builder builder) {
            this.builder = builder;
        }

        void begin(String owner) {
            fill();
            now.push(owner);
        }

        void end() {
            fill();
            now.pop();
        }

        private void fill() {
            while (all.size() < builder.steps().size()) {
                all.add(Objects.requireNonNull(now.peek()));
            }
        }

        String of(int step) {
            fill();
            return all.get(step);
        }
    }

    private final class Context implements LayerContext {
        private final String prefix;

        Context(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public Tape tape() {
            return tape;
        }

        @Override
        public boolean training() {
            return mode.training();
        }

        @Override
        public Buffer of(String name) {
            Buffer found = parameters.get(prefix + name);
            return found != null ? found : Objects.requireNonNull(statistics.get(prefix + name), prefix + name);
        }

        @Override
        public void keep(String name, Buffer statistic, long count) {
            if (training()) {
                batchStatistics.put(prefix + name, new Kept(statistic, count));
            }
        }

        @Override
        public Buffer seed() {
            Buffer known = seed;
            if (known == null) {
                known = tape.given("seed", Shape.vector(2), Role.INPUT);
                seed = known;
            }
            return known;
        }

        @Override
        public int stream() {
            return streams++;
        }

        @Override
        public LayerContext under(String more) {
            return new Context(prefix + more);
        }

        @Override
        public Buffer recorded(int index, Layer layer, Extents in, Supplier<Buffer> recording) {
            String owner = layer.name().isEmpty()
                    ? prefix + layer.kind() + "#" + (index + 1)
                    : prefix.substring(0, prefix.length() - 1);
            // The walk back meets these calls in reverse order.
            tape.onBackward(owners::end);
            owners.begin(owner);
            Buffer y = recording.get();
            owners.end();
            tape.onBackward(() -> owners.begin(owner));
            visits.add(new Visit(owner, layer, in, y));
            return y;
        }
    }
}
