package farsight.engine;

import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The most memory that an engine can hold.
 *
 * @param memoryBytes all arrays together
 * @param memoryName source of that number, for messages
 * @param arrayBytes one array
 * @param arrayName source of that number, for messages
 * @param headerBytes an array's bytes beside its floats
 */
public record Limits(long memoryBytes, String memoryName, long arrayBytes, String arrayName, long headerBytes) {

    /** The limit on an array's floats that no engine can raise. */
    static final String COUNTED = "the range of Java's int";

    /** Most floats in one array: the smaller of the engine's limit and an int's range. */
    public long arrayFloats() {
        return Math.min(MemoryPlan.MAX_ARRAY_ELEMENTS, (arrayBytes - headerBytes) / Float.BYTES);
    }

    /**
     * Why a plan does not fit, if it does not. Nothing is allocated.
     *
     * @param budgetBytes the user's own limit; {@link Long#MAX_VALUE} for none
     * @return one line that names the number asked and the limit it exceeds
     */
    public Optional<String> refusal(MemoryPlan plan, long budgetBytes) {
        return refusal(List.of(plan), budgetBytes);
    }

    /**
     * As above, for plans whose arrays are held together.
     *
     * @param plans at least one
     */
    Optional<String> refusal(List<MemoryPlan> plans, long budgetBytes) {
        return plans.stream()
                .map(this::refusalOfArray)
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> refusalOfSum(plans, budgetBytes));
    }

    private Optional<String> refusalOfArray(MemoryPlan plan) {
        Buffer largest = plan.largest();
        long mostFloats = arrayFloats();
        if (largest.elements() > mostFloats) {
            return Optional.of("%s %s needs %,d floats in one array (%s); one array can have at most %,d here (%s, %s)"
                    .formatted(
                            largest.name(),
                            largest.shape(),
                            largest.elements(),
                            Bytes.text(largest.shape().bytes()),
                            mostFloats,
                            Bytes.text(mostFloats * Float.BYTES),
                            mostFloats < MemoryPlan.MAX_ARRAY_ELEMENTS ? arrayName : COUNTED));
        }
        return Optional.empty();
    }

    private Optional<String> refusalOfSum(List<MemoryPlan> plans, long budgetBytes) {
        long bytes;
        try {
            bytes = plans.stream().mapToLong(plan -> plan.bytes(headerBytes)).reduce(0, Math::addExact);
        } catch (ArithmeticException e) {
            return Optional.of("needs more than 2^63 bytes; %s is %s".formatted(memoryName, Bytes.text(memoryBytes)));
        }
        String needs = "needs " + Bytes.text(bytes)
                + (plans.size() == 1
                        ? ""
                        : plans.stream()
                                .map(plan -> Bytes.text(plan.bytes(headerBytes)))
                                .collect(Collectors.joining(" + ", " (", ")")));
        if (bytes > budgetBytes) {
            return Optional.of("%s; the budget is %s".formatted(needs, Bytes.text(budgetBytes)));
        }
        if (bytes > memoryBytes) {
            return Optional.of("%s; %s is %s".formatted(needs, memoryName, Bytes.text(memoryBytes)));
        }
        return Optional.empty();
    }
}
