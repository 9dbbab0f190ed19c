package farsight.program;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Programs of random steps that compute nothing, for tests of plans. */
final class RandomPrograms {

    private static final int LARGEST = 50;

    private RandomPrograms() {}

    /** A step with any operands. */
    record Nothing(String name, List<Buffer> reads, List<Buffer> writes, Set<List<Buffer>> overwriting)
            implements Step {
        @Override
        public long flops() {
            return 0;
        }

        @Override
        public boolean mayOverwrite(Buffer read, Buffer written) {
            return overwriting.contains(List.of(read, written));
        }
    }

    /** Always the same program for a seed. */
    static Program of(long seed) {
        return of(seed, 30);
    }

    /** The same of so many steps at most. */
    static Program of(long seed, int most) {
        Random random = new Random(seed);
        Program.Builder b = new Program.Builder("random");
        List<Buffer> readable = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            readable.add(b.buffer("given" + i, shape(random), i == 0 ? Role.INPUT : Role.PARAMETER));
        }
        int steps = 1 + random.nextInt(most);
        for (int s = 0; s < steps; s++) {
            List<Buffer> reads = some(random, readable, random.nextInt(4));
            List<Buffer> writes = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(3); i++) {
                Role role = random.nextInt(6) == 0 ? Role.OUTPUT : Role.INTERMEDIATE;
                writes.add(b.buffer("made" + s + "." + i, shape(random), role));
            }
            Set<List<Buffer>> overwriting = new HashSet<>();
            for (Buffer r : reads) {
                for (Buffer w : writes) {
                    if (random.nextInt(3) == 0) {
                        overwriting.add(List.of(r, w));
                    }
                }
            }
            // Sometimes an earlier intermediate is added to.
            if (random.nextInt(4) == 0) {
                some(random, readable, 1).stream()
                        .filter(x -> x.name().startsWith("made") && !reads.contains(x))
                        .forEach(x -> {
                            reads.add(x);
                            writes.add(x);
                        });
            }
            b.add(new Nothing("step" + s, List.copyOf(reads), List.copyOf(writes), overwriting));
            writes.stream().filter(w -> !readable.contains(w)).forEach(readable::add);
        }
        return b.build();
    }

    private static List<Buffer> some(Random random, List<Buffer> from, int count) {
        Set<Buffer> chosen = new HashSet<>();
        for (int i = 0; i < count; i++) {
            chosen.add(from.get(random.nextInt(from.size())));
        }
        return new ArrayList<>(chosen);
    }

    private static Shape shape(Random random) {
        return Shape.vector(1 + random.nextInt(LARGEST));
    }
}
