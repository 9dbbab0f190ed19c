package farsight.engine;

import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import java.util.Optional;

/**
 * What an engine can hold.
 *
 * @param memoryBytes all arrays together
 * @param memoryName where that number comes from, for messages
 * @param arrayBytes one array
 * @param headerBytes what each array takes beside its floats
 */
public record Limits(long memoryBytes, String memoryName, long arrayBytes, long headerBytes) {

    /**
     * Why a plan does not fit, if it does not. Nothing is allocated.
     *
     * @param budgetBytes the user's own limit; {@link Long#MAX_VALUE} for none
     * @return one line that names the number asked and the limit it exceeds
     */
    public Optional<String> refusal(MemoryPlan plan, long budgetBytes) {
        Buffer largest = plan.largest();
        if (largest.elements() > MemoryPlan.MAX_ARRAY_ELEMENTS) {
            return Optional.of("%s %s needs %,d floats in one array; an array holds at most %,d"
                    .formatted(largest.name(), largest.shape(), largest.elements(), MemoryPlan.MAX_ARRAY_ELEMENTS));
        }
        if (largest.shape().bytes() + headerBytes > arrayBytes) {
            return Optional.of("%s %s needs %s in one array; one array can have at most %s here"
                    .formatted(
                            largest.name(),
                            largest.shape(),
                            Bytes.text(largest.shape().bytes()),
                            Bytes.text(arrayBytes)));
        }
        long bytes = plan.bytes(headerBytes);
        if (bytes > budgetBytes) {
            return Optional.of("needs %s; the budget is %s".formatted(Bytes.text(bytes), Bytes.text(budgetBytes)));
        }
        if (bytes > memoryBytes) {
            return Optional.of("needs %s; %s is %s".formatted(Bytes.text(bytes), memoryName, Bytes.text(memoryBytes)));
        }
        return Optional.empty();
    }
}
