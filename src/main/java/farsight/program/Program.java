package farsight.program;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Buffers and the steps over them, in order. Immutable and symbolic: it holds no numbers.
 *
 * @param name name for messages and for the task graph: letters and digits
 * @param buffers every buffer, at the index of its id
 * @param roles role of each buffer, at the index of its id
 * @param steps the operations, in order
 * @param ends for each part the index after its last step, so the last one is the number of steps. Parts run one after
 *     the other; inputs that only later parts read may be set between them
 */
public record Program(String name, List<Buffer> buffers, List<Role> roles, List<Step> steps, List<Integer> ends) {

    /** Copies the lists. */
    public Program {
        buffers = List.copyOf(buffers);
        roles = List.copyOf(roles);
        steps = List.copyOf(steps);
        ends = List.copyOf(ends);
    }

    /** Number of parts, at least 1. */
    public int parts() {
        return ends.size();
    }

    /**
     * The steps of one part.
     *
     * @param part 0 … {@link #parts} − 1
     */
    public List<Step> steps(int part) {
        return steps.subList(part == 0 ? 0 : ends.get(part - 1), ends.get(part));
    }

    /** Floating-point operations of all steps. */
    public long flops() {
        return steps.stream().mapToLong(Step::flops).reduce(0L, Math::addExact);
    }

    /** Bytes that all steps move, each operand counted once per step. */
    public long bytesMoved() {
        return steps.stream().mapToLong(Step::bytes).reduce(0L, Math::addExact);
    }

    /** What a buffer is for. */
    public Role role(Buffer b) {
        return roles.get(b.id());
    }

    /** Buffers of a role, in order of their ids. */
    public List<Buffer> buffers(Role role) {
        return buffers.stream().filter(b -> role(b) == role).toList();
    }

    /** Collects buffers and steps. */
    public static final class Builder {
        private final String name;
        private final List<Buffer> buffers = new ArrayList<>();
        private final List<Role> roles = new ArrayList<>();
        private final List<Step> steps = new ArrayList<>();
        private final List<Integer> ends = new ArrayList<>();

        /** Starts an empty program. */
        public Builder(String name) {
            this.name = name;
        }

        /**
         * Adds a buffer.
         *
         * @return the buffer, to be named by steps
         */
        public Buffer buffer(String bufferName, Shape shape, Role role) {
            Buffer b = new Buffer(buffers.size(), bufferName, shape);
            buffers.add(b);
            roles.add(role);
            return b;
        }

        /** Makes an intermediate an output, so that its numbers live to the end. */
        public void output(Buffer b) {
            if (roles.get(b.id()) != Role.INTERMEDIATE) {
                throw new IllegalStateException(b.name() + " is an " + roles.get(b.id()) + " already");
            }
            roles.set(b.id(), Role.OUTPUT);
        }

        /** Makes an intermediate an output. Every other buffer can be read at the end already, and stays what it is. */
        public void keep(Buffer b) {
            if (roles.get(b.id()) == Role.INTERMEDIATE) {
                output(b);
            }
        }

        /** Makes a parameter a state, so that steps may update it in place. */
        public void state(Buffer b) {
            if (roles.get(b.id()) != Role.PARAMETER) {
                throw new IllegalStateException(b.name() + " is an " + roles.get(b.id()));
            }
            roles.set(b.id(), Role.STATE);
        }

        /** Adds a step after the others. */
        public void add(Step step) {
            steps.add(step);
        }

        /** Ends a part: inputs that only later steps read may be set once this part has run. */
        public void endPart() {
            ends.add(steps.size());
        }

        /** Steps so far. */
        public List<Step> steps() {
            return Collections.unmodifiableList(steps);
        }

        /**
         * The program, checked: every intermediate is written before it is read, and outputs are
         * written.
         *
         * @throws IllegalStateException if a step reads a buffer before any step wrote it, or no step writes a buffer
         */
        public Program build() {
            boolean[] written = new boolean[buffers.size()];
            for (Buffer b : buffers) {
                written[b.id()] = roles.get(b.id()).given();
            }
            for (Step step : steps) {
                for (Buffer b : step.reads()) {
                    if (!written[b.id()]) {
                        throw new IllegalStateException(
                                step.name() + " reads " + b.name() + " " + b.shape() + " before any step wrote it");
                    }
                }
                for (Buffer b : step.writes()) {
                    written[b.id()] = true;
                }
            }
            for (Buffer b : buffers) {
                if (!written[b.id()]) {
                    throw new IllegalStateException("no step writes " + b.name() + " " + b.shape());
                }
            }
            List<Integer> all = new ArrayList<>(ends);
            all.add(steps.size());
            return new Program(name, buffers, roles, steps, all);
        }
    }
}
