package farsight.vector.attention;

import farsight.vector.Workers;

/**
 * Blocks of rows × columns of matrices that run in turns, as in a Latin square: in turn t, block row r meets block column
 * r + t. So no two blocks of the same rows or the same columns run at once, and the order of those that do is fixed.
 *
 * @param down block rows
 * @param across block columns
 */
record Turns(int down, int across) {

    /** One block of one matrix. */
    @FunctionalInterface
    interface Block {
        void run(long matrix, int down, int across);
    }

    /**
     * Runs all blocks.
     *
     * @param grain blocks per task
     */
    void run(int batch, long grain, Workers workers, Block block) {
        int blocks = Math.min(down, across);
        for (int t = 0; t < Math.max(down, across); t++) {
            int turn = t;
            workers.forEach((long) batch * blocks, grain, (from, to) -> {
                for (long task = from; task < to; task++) {
                    int i = (int) (task % blocks);
                    block.run(
                            task / blocks,
                            down <= across ? i : (i + turn) % down,
                            down <= across ? (i + turn) % across : i);
                }
            });
        }
    }
}
