package farsight.tape;

import farsight.op.Target;
import farsight.op.element.Copy;
import farsight.op.element.Fill;
import farsight.op.product.MatMul;
import farsight.op.sum.RowDot;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The gradient buffer of each buffer while a backward pass is recorded. The first contribution overwrites, later ones
 * add. A contribution that equals another gradient (through a residual) is shared, not copied, until something must be
 * added to it.
 */
final class GradientBuffers {

    /** The axis over which X∘dX is summed. The product that X is a factor of gives these sums. */
    enum Along {
        /** C = X·B: a sum over each row of X. */
        ROWS,
        /** C = Xᵀ·A: a sum over each column of X. */
        COLUMNS
    }

    /**
     * A gradient dX = A·Bᵀ that is not computed yet, so that its reader may fuse the product with an epilogue.
     *
     * @param c the product C that X is a factor of: C = X·B, where A = dC, or C = Xᵀ·A, where B = dC
     * @param delta axis of the sums over X∘dX that equal C_i·dC_i
     */
    record Pending(Buffer a, Buffer b, Buffer c, Along delta) {

        /** The product as an operation. */
        MatMul into(Buffer target) {
            return new MatMul(a, b, target, true, 1f, false);
        }

        /** The sums over X∘dX as an operation that needs neither X nor dX: C_i·dC_i for every row i of C. */
        RowDot sums(Buffer target) {
            return new RowDot(c, delta == Along.ROWS ? a : b, target);
        }
    }

    private record Entry(Buffer gradient, boolean owned) {}

    private final Program.Builder program;
    private final Map<Integer, Entry> entries = new HashMap<>();
    private final Map<Integer, Pending> pending = new HashMap<>();
    private final Set<Integer> wanted = new HashSet<>();
    private Role roleOfWanted = Role.OUTPUT;
    private final Set<Integer> detached = new HashSet<>();

    GradientBuffers(Program.Builder program) {
        this.program = program;
    }

    /** Declares which gradients are read in the end: from outside as outputs, or by later steps as intermediates. */
    void want(List<Buffer> buffers, Role role) {
        buffers.forEach(b -> wanted.add(b.id()));
        roleOfWanted = role;
    }

    /** Declares that the gradient of b is not needed. */
    void detach(Buffer b) {
        detached.add(b.id());
    }

    /** Whether the gradient of b is not needed. */
    boolean detached(Buffer b) {
        return detached.contains(b.id());
    }

    /** The gradient of b, complete once every use of b has been walked; null if y does not depend on b. */
    @Nullable
    Buffer of(Buffer b) {
        settle(b);
        Entry e = entries.get(b.id());
        return e == null ? null : e.gradient();
    }

    /** The target of the next contribution to the gradient of b. */
    Target target(Buffer b) {
        settle(b);
        Entry e = entries.get(b.id());
        if (e != null && e.owned()) {
            return new Target(e.gradient(), true);
        }
        Buffer own = allocate(b);
        if (e != null) {
            program.add(new Copy(e.gradient(), own, false));
        }
        entries.put(b.id(), new Entry(own, true));
        return new Target(own, e != null);
    }

    /**
     * The target of the only contribution to the gradient of b; a later step reads it unchanged.
     *
     * @throws IllegalStateException if there is already a contribution
     */
    Target first(Buffer b) {
        Target t = target(b);
        if (t.accumulate()) {
            throw new IllegalStateException(b.name() + " is used more than once");
        }
        return t;
    }

    /** Adds A·Bᵀ to the gradient of b; a first contribution stays pending. */
    void product(Buffer b, Pending product) {
        if (entries.containsKey(b.id()) || pending.containsKey(b.id())) {
            Target t = target(b);
            program.add(new MatMul(product.a(), product.b(), t.buffer(), true, 1f, t.accumulate()));
        } else {
            pending.put(b.id(), product);
        }
    }

    /** Whether y depends on b, as far as the tape has been walked. */
    boolean has(Buffer b) {
        return entries.containsKey(b.id()) || pending.containsKey(b.id());
    }

    /** Removes and returns the gradient of b if it is a pending product; the caller then computes it. */
    @Nullable
    Pending take(Buffer b, Along delta) {
        Pending p = pending.get(b.id());
        return p == null || p.delta() != delta || wanted.contains(b.id()) ? null : pending.remove(b.id());
    }

    private void settle(Buffer b) {
        Pending p = pending.remove(b.id());
        if (p != null) {
            Buffer own = allocate(b);
            program.add(p.into(own));
            entries.put(b.id(), new Entry(own, true));
        }
    }

    /** Adds {@code gradient} to the gradient of b. */
    void share(Buffer b, Buffer gradient) {
        settle(b);
        if (entries.containsKey(b.id())) {
            Target t = target(b);
            program.add(new Copy(gradient, t.buffer(), t.accumulate()));
        } else {
            entries.put(b.id(), new Entry(gradient, false));
        }
    }

    /** The finished gradients, each in its own output. */
    List<Buffer> outputs(List<Buffer> buffers) {
        List<Buffer> all = new ArrayList<>();
        for (Buffer b : buffers) {
            settle(b);
            Entry e = entries.get(b.id());
            if (e == null) {
                Buffer zero = allocate(b);
                program.add(new Fill(zero, 0f));
                all.add(zero);
            } else if (e.owned()) {
                all.add(e.gradient());
            } else {
                Buffer own = allocate(b);
                program.add(new Copy(e.gradient(), own, false));
                all.add(own);
            }
        }
        return all;
    }

    /** The finished gradients of those buffers that have one. */
    SequencedMap<Buffer, Buffer> reached(List<Buffer> buffers) {
        SequencedMap<Buffer, Buffer> all = new LinkedHashMap<>();
        for (Buffer b : buffers) {
            Buffer gradient = of(b);
            if (gradient != null) {
                all.put(b, gradient);
            }
        }
        return all;
    }

    private Buffer allocate(Buffer b) {
        Role role = wanted.contains(b.id()) ? roleOfWanted : Role.INTERMEDIATE;
        return program.buffer("d." + b.name(), b.shape(), role);
    }
}
