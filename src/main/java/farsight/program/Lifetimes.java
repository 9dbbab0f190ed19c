package farsight.program;

import java.util.Arrays;
import java.util.List;

/** First and last step that touches each buffer; an output lives to the end. */
record Lifetimes(Program program, int[] first, int[] last) {

    static Lifetimes of(Program program) {
        int[] first = new int[program.buffers().size()];
        int[] last = new int[first.length];
        Arrays.fill(first, Integer.MAX_VALUE);
        Arrays.fill(last, -1);
        for (int s = 0; s < program.steps().size(); s++) {
            Step step = program.steps().get(s);
            for (List<Buffer> touched : List.of(step.reads(), step.writes())) {
                for (Buffer b : touched) {
                    first[b.id()] = Math.min(first[b.id()], s);
                    last[b.id()] = s;
                }
            }
        }
        program.buffers(Role.OUTPUT).forEach(b -> last[b.id()] = program.steps().size());
        return new Lifetimes(program, first, last);
    }

    int first(Buffer b) {
        return first[b.id()];
    }

    int last(Buffer b) {
        return last[b.id()];
    }

    /** Whether the two buffers cannot share an array. */
    boolean clash(Buffer a, Buffer b) {
        boolean inOrder = first(a) <= first(b);
        Buffer early = inOrder ? a : b;
        Buffer late = inOrder ? b : a;
        if (last(early) < first(late)) {
            return false;
        }
        // They meet in one step only: it reads the early buffer for the last time and writes the late one.
        if (last(early) == first(late) && first(early) < first(late)) {
            Step step = program.steps().get(first(late));
            return !(step.reads().contains(early)
                    && !step.writes().contains(early)
                    && !step.reads().contains(late)
                    && step.mayOverwrite(early, late));
        }
        return true;
    }
}
