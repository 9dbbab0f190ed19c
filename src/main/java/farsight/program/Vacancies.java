package farsight.program;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Finds arrays that are free for a buffer's lifetime, without checking every tenant of every array.
 *
 * <p>Steps form blocks, and blocks are the leaves of a binary tree. Each tenant is marked in the nodes that its
 * lifetime covers. A search excludes the arrays marked along the new buffer's lifetime and checks only the others
 * tenant by tenant. So planning takes little more than linear time, even if all arrays of a program are taken at its
 * peak.
 */
final class Vacancies {

    private static final int BLOCK = 64;

    private final Lifetimes lives;
    private final int leaves;

    /** Arrays with a tenant that lives through all steps of a node. */
    private final BitSet[] through;

    /** Arrays with a tenant that lives through all steps of a block in or below a node. */
    private final BitSet[] below;

    /**
     * The tenants of each array by their first step. No two live at the same step, unless one takes over from the
     * other.
     */
    private final List<NavigableMap<Integer, Buffer>> tenants = new ArrayList<>();

    Vacancies(Lifetimes lives) {
        this.lives = lives;
        int blocks = lives.program().steps().size() / BLOCK + 1;
        leaves = Math.max(1, Integer.highestOneBit(2 * blocks - 1));
        through = sets(2 * leaves);
        below = sets(2 * leaves);
    }

    private static BitSet[] sets(int count) {
        BitSet[] all = new BitSet[count];
        for (int i = 0; i < count; i++) {
            all[i] = new BitSet();
        }
        return all;
    }

    /** Adds an array, with its first tenant. */
    void open(Buffer tenant) {
        tenants.add(new TreeMap<>());
        move(tenant, tenants.size() - 1);
    }

    /** The first array from index {@code from} that is free while the buffer lives; −1 if there is none. */
    int find(Buffer b, int from) {
        BitSet taken = new BitSet();
        collect(taken, 1, 0, leaves - 1, lives.first(b) / BLOCK, lives.last(b) / BLOCK);
        for (int place = taken.nextClearBit(from); place < tenants.size(); place = taken.nextClearBit(place + 1)) {
            if (free(tenants.get(place), b)) {
                return place;
            }
        }
        return -1;
    }

    /** Puts a buffer into an array that is free for it. */
    void move(Buffer b, int place) {
        tenants.get(place).put(lives.first(b), b);
        // Only whole blocks of steps, without the first and last step, at which one buffer can take over from another.
        int from = lives.first(b) / BLOCK + 1;
        int to = lives.last(b) / BLOCK - 1;
        if (from <= to) {
            note(place, 1, 0, leaves - 1, from, to);
        }
    }

    private void note(int place, int node, int left, int right, int from, int to) {
        if (to < left || right < from) {
            return;
        }
        below[node].set(place);
        if (from <= left && right <= to) {
            through[node].set(place);
            return;
        }
        int middle = (left + right) / 2;
        note(place, 2 * node, left, middle, from, to);
        note(place, 2 * node + 1, middle + 1, right, from, to);
    }

    private void collect(BitSet taken, int node, int left, int right, int from, int to) {
        if (to < left || right < from) {
            return;
        }
        if (from <= left && right <= to) {
            taken.or(below[node]);
            return;
        }
        taken.or(through[node]);
        int middle = (left + right) / 2;
        collect(taken, 2 * node, left, middle, from, to);
        collect(taken, 2 * node + 1, middle + 1, right, from, to);
    }

    /**
     * Whether the buffer clashes with no tenant. The tenants do not clash among themselves, so only its neighbours in
     * time can clash.
     */
    private boolean free(NavigableMap<Integer, Buffer> others, Buffer b) {
        Map.Entry<Integer, Buffer> before = others.floorEntry(lives.first(b));
        Map.Entry<Integer, Buffer> after = others.higherEntry(lives.first(b));
        return (before == null || !lives.clash(b, before.getValue()))
                && (after == null || !lives.clash(b, after.getValue()));
    }
}
