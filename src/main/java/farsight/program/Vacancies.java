package farsight.program;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which of many arrays are free for a buffer's lifetime, without a look at every tenant of each.
 *
 * <p>Steps are in blocks, and the blocks in a binary tree. A tenant is noted in the nodes that its life covers; a search
 * collects who is noted anywhere along the new buffer's life, and looks closely at the arrays that are left. So a program
 * of many kernels, whose arrays are all taken at its peak, is planned in little more than linear time.
 */
final class Vacancies {

    private static final int BLOCK = 64;

    private final Lifetimes lives;
    private final int leaves;

    /** Arrays with a tenant that lives through all steps of a node. */
    private final BitSet[] through;

    /** Arrays with a tenant that lives through all steps of a block in or below a node. */
    private final BitSet[] below;

    /** The tenants of each array by their first step. No two live at one step, but for one that takes over from another. */
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

    /** The first array from {@code from} on that is free while the buffer lives; −1 where there is none. */
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
        // Only steps at which nobody can take over from it, nor it from anybody; and only whole blocks of them.
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

    /** Of tenants that do not clash with each other only the neighbours in time can clash with another. */
    private boolean free(NavigableMap<Integer, Buffer> others, Buffer b) {
        Map.Entry<Integer, Buffer> before = others.floorEntry(lives.first(b));
        Map.Entry<Integer, Buffer> after = others.higherEntry(lives.first(b));
        return (before == null || !lives.clash(b, before.getValue()))
                && (after == null || !lives.clash(b, after.getValue()));
    }
}
