package farsight.inspect;

/**
 * The affinity of every position to every latent node, Ψ.
 *
 * @param name of its files
 * @param title for people
 * @param d latent nodes
 * @param psi Ψ, [N, d] row-major
 */
@SuppressWarnings("ArrayRecordComponent") // Far too large to copy at each look.
public record LatentNodes(String name, String title, int d, float[] psi) {

    /** Column k of Ψ: the map of one latent node. */
    public float[] map(int k) {
        float[] map = new float[psi.length / d];
        for (int i = 0; i < map.length; i++) {
            map[i] = psi[i * d + k];
        }
        return map;
    }

    /** Number of latent nodes without any position: zero columns. */
    public int idle() {
        boolean[] used = new boolean[d];
        for (int i = 0; i < psi.length; i++) {
            used[i % d] |= psi[i] != 0;
        }
        int idle = 0;
        for (boolean u : used) {
            idle += u ? 0 : 1;
        }
        return idle;
    }
}
