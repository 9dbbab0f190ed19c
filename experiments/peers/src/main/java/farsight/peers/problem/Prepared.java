package farsight.peers.problem;

/** A case whose inputs lie in memory, and nothing else. */
public interface Prepared extends AutoCloseable {

    /**
     * Bytes of inputs that {@link #open} holds a second time, because the side keeps its inputs among its own arrays:
     * what a caller who writes them there in the first place does not pay.
     */
    long copiedBytes();

    /** Takes whatever memory it needs. */
    Problem open();

    @Override
    void close();
}
