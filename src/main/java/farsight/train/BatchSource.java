package farsight.train;

/**
 * Where batches come from. A source is a function of the step, so that a run that was stopped goes on with the batch it
 * would have had.
 */
@FunctionalInterface
public interface BatchSource {

    /**
     * The batch of a step.
     *
     * @param step from 0
     */
    Batch batch(long step);

    /** The same batch at every step. */
    static BatchSource of(Batch batch) {
        return _ -> batch;
    }
}
