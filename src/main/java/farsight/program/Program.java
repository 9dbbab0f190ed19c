package farsight.program;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Buffers and the steps over them, in order. Immutable and symbolic: it holds no numbers.
 *
 * @param name for messages and as the name of a task graph: letters and digits
 * @param buffers every buffer, at the index of its id
 * @param roles what each buffer is for, at the index of its id
 * @param steps what to do, in order
 * @param ends of each part the index behind its last step, so the last is the number of steps: parts run one after the
 *     other, and inputs that only later parts read may be given between them
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

    /** Bytes that all steps move, each operand counted once a step. */
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

        /** Makes an intermediate an output: its numbers then live to the end. */
        public void output(Buffer b) {
            if (roles.get(b.id()) != Role.INTERMEDIATE) {
                throw new IllegalStateException(b.name() + " is an " + roles.get(b.id()) + " already");
            }
            roles.set(b.id(), Role.OUTPUT);
        }

        /** What a buffer is for so far. */
        public Role role(Buffer b) {
            return roles.get(b.id());
        }

        /** Adds a step after the others. */
        public void add(Step step) {
            steps.add(step);
        }

        /** Ends a part: inputs that only the steps from here on read may be given when those before are done. */
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
         * @throws IllegalStateException when a step reads what no step wrote
         */
        public Program build() {
            boolean[] written = new boolean[buffers.size()];
            for (Buffer b : buffers) {
                Role role = roles.get(b.id());
                written[b.id()] = role == Role.INPUT || role == Role.PARAMETER;
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
