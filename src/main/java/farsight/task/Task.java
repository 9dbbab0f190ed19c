package farsight.task;

import farsight.data.Tensor;
import farsight.network.Extents;
import farsight.train.Batch;
import farsight.train.BatchSource;
import java.util.List;
import java.util.Optional;

/** A source of labelled samples: any number of them, each a function of a seed and an index. */
public interface Task {

    /** A label that no loss counts. */
    int IGNORED = 255;

    /** Its name with its options, as {@link Tasks#parse} reads them. */
    String describe();

    /** Extents of one sample. */
    Extents input();

    /** Extents of one sample's labels without the channels: empty for one label a sample. */
    List<Long> labels();

    /** The classes' names, in order. */
    List<String> classes();

    /**
     * Draws a batch.
     *
     * @param seed of the run, or {@link #HELD_OUT}
     * @param first index of the first sample
     * @param count B
     */
    Batch draw(long seed, long first, int count);

    /**
     * A sample as a picture of its grid.
     *
     * @param x of a batch
     * @return empty if it cannot be drawn
     */
    default Optional<SamplePicture> picture(Tensor x, int sample) {
        return SamplePicture.ofChannels(input(), x, sample);
    }

    /**
     * Where a sample's points are in a picture.
     *
     * @param x of a batch
     * @return empty if its positions form a grid
     */
    default Optional<PointView> view(Tensor x, int sample) {
        return Optional.empty();
    }

    /** How to read {@link #picture}, in a sentence or two. */
    default String pictureCaption() {
        return "";
    }

    /** Training batches: step t has the samples t·B … t·B + B − 1. */
    default BatchSource training(long seed, int batch) {
        return step -> draw(seed, Math.multiplyExact(step, (long) batch), batch);
    }

    /** Held-out batches, which no training batch of any seed shares. */
    default BatchSource heldOut(int batch) {
        return step -> draw(HELD_OUT, Math.multiplyExact(step, (long) batch), batch);
    }

    /** The seed of held-out samples, which share no generator with those of any other seed; runs have others. */
    long HELD_OUT = Long.MIN_VALUE;
}
