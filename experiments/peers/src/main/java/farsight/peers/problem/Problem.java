package farsight.peers.problem;

import farsight.data.Tensor;
import java.util.SequencedMap;

/** A case that can run again and again. */
public interface Problem extends AutoCloseable {

    /** Runs once, to the end. */
    void run();

    /** What the last run gave, by name, flat, features channel after channel. */
    SequencedMap<String, Tensor> results();

    @Override
    void close();
}
