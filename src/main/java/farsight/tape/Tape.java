package farsight.tape;

import farsight.op.element.Activation;
import farsight.op.element.Fill;
import farsight.op.norm.BatchNorm;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records operations into a program, and their gradients after them. A block states its forward pass; {@link #backward}
 * then walks the tape from its end and records each operation's adjoint. The resulting program is a plain list of
 * steps.
 *
 * <p>Operations of three families stand by themselves: {@link #attention}, {@link #images}, {@link #losses}.
 *
 * <p>Letters: B batch, N positions, C channels. Every method returns the buffer of its result.
 */
public final class Tape {

    private final Recording recording;
    private final ProductAdjoints products;
    private final NormAdjoints norms;
    private final ElementAdjoints elements;
    private final LayoutAdjoints layouts;
    private final AttentionAdjoints attention;
    private final ImageAdjoints images;
    private final LossAdjoints losses;
    private final SequencedMap<Buffer, Buffer> held = new LinkedHashMap<>();

    /**
     * An empty tape.
     *
     * @param program receives the steps
     * @param purpose the use of the forward pass
     */
    public Tape(Program.Builder program, Purpose purpose) {
        recording = Recording.into(program, purpose);
        products = new ProductAdjoints(recording);
        norms = new NormAdjoints(recording);
        elements = new ElementAdjoints(recording);
        layouts = new LayoutAdjoints(recording);
        attention = new AttentionAdjoints(recording);
        images = new ImageAdjoints(recording, products);
        losses = new LossAdjoints(recording);
    }

    /** The use of the forward pass. */
    public Purpose purpose() {
        return recording.purpose();
    }

    /** Operations on pairs of positions. */
    public AttentionAdjoints attention() {
        return attention;
    }

    /** Operations on maps of positions: convolution, pooling, resampling. */
    public ImageAdjoints images() {
        return images;
    }

    /** Losses. */
    public LossAdjoints losses() {
        return losses;
    }

    /** Adds a parameter or an input. */
    public Buffer given(String name, Shape shape, Role role) {
        return recording.program().buffer(name, shape, role);
    }

    /** An array whose elements all hold the value. */
    public Buffer constant(Shape shape, float value) {
        Buffer y = recording.intermediate("constant", shape);
        recording.program().add(new Fill(y, value));
        return y;
    }

    /** Declares before its first use that no gradient of x is needed, for example of a network's input. */
    public void withoutGradient(Buffer x) {
        recording.gradients().detach(x);
    }

    /**
     * y = x·Wᵀ + b at every position, a 1×1 convolution.
     *
     * @param x [B, N, in]
     * @param w W, [1, out, in]
     * @param bias b, [1, 1, out], or null for none
     */
    public Buffer project(Buffer x, Buffer w, @Nullable Buffer bias) {
        return products.project(x, w, bias);
    }

    /**
     * y = x·Wᵀ + b before a softmax over the positions. A shift common to all positions does not change the softmax, so
     * the gradient of b is exactly 0 and no terms that cancel are summed.
     */
    public Buffer projectBeforeSoftmax(Buffer x, Buffer w, Buffer bias) {
        return products.projectBeforeSoftmax(x, w, bias);
    }

    /** C = A·B: A [batch, m, k], B [batch or 1, k, n]. */
    public Buffer matMul(Buffer a, Buffer b) {
        return products.matMul(a, b);
    }

    /** C = α·A·Bᵀ: A [batch, m, k], B [batch or 1, n, k]. */
    public Buffer matMulRightTransposed(Buffer a, Buffer b, float alpha) {
        return products.matMulRightTransposed(a, b, alpha);
    }

    /** C = Aᵀ·B, a sum over positions: A [batch, N, m], B [batch, N, n]. */
    public Buffer matMulLeftTransposed(Buffer a, Buffer b) {
        return products.matMulLeftTransposed(a, b);
    }

    /** max(x, 0). */
    public Buffer relu(Buffer x) {
        return elements.activation(Activation.Function.RELU, x);
    }

    /** 1 / (1 + exp(−x)). */
    public Buffer sigmoid(Buffer x) {
        return elements.activation(Activation.Function.SIGMOID, x);
    }

    /** x / (1 + exp(−x)). */
    public Buffer silu(Buffer x) {
        return elements.activation(Activation.Function.SILU, x);
    }

    /** x/6 + 1/2, at least 0 and at most 1. */
    public Buffer hardSigmoid(Buffer x) {
        return elements.activation(Activation.Function.HARD_SIGMOID, x);
    }

    /** softmax(scale·x_i) for every row i. */
    public Buffer softmaxRows(Buffer x, float scale) {
        return norms.softmaxRows(x, scale);
    }

    /** Softmax over the positions of every column: x [B, N, k]. */
    public Buffer softmaxPositions(Buffer x) {
        return norms.softmaxPositions(x);
    }

    /** Rows of unit L2 norm, with {@code relu} after a ReLU: x [B, N, k]. */
    public Buffer l2Rows(Buffer x, boolean relu) {
        return norms.l2Rows(x, relu);
    }

    /**
     * Rows of x·Wᵀ at unit L2 norm, with {@code relu} after a ReLU; x·Wᵀ is not stored: x [B, N, in], W [1, out, in].
     */
    public Buffer projectToUnitRows(Buffer x, Buffer w, boolean relu) {
        return norms.projectToUnitRows(x, w, relu);
    }

    /** Columns (vectors over positions) of unit L2 norm, with {@code relu} after a ReLU: x [B, N, k]. */
    public Buffer l2Positions(Buffer x, boolean relu) {
        return norms.l2Positions(x, relu);
    }

    /**
     * Weighted means of the rows of x, one per column of the weights, scaled to a length of about 1: v / (ε + ‖v‖) for
     * every column v of xᵀ·Ẑ [B, C, k], where Ẑ_nj = Z_nj / (ε + Σ_n Z_nj), ε = 1e-6. Has no adjoint: to be recorded in
     * {@link #detached}.
     *
     * @param x [B, N, C]
     * @param weights Z, each at least 0, [B, N, k]
     */
    public Means unitMeans(Buffer x, Buffer weights) {
        return norms.unitMeans(x, weights);
    }

    /** Layer norm over the rows, affine: x [B, 1, p], γ and β [1, 1, p]. */
    public Buffer layerNorm(Buffer x, Buffer gamma, Buffer beta) {
        return norms.layerNorm(x, gamma, beta);
    }

    /** Mean over the positions: x [B, N, C] to [B, 1, C]. */
    public Buffer meanPositions(Buffer x) {
        return elements.meanPositions(x);
    }

    /**
     * Means of m runs of consecutive positions: x [B, N, C] to [B, m, C], m ≤ N. The first m − (N mod m) runs have
     * ⌊N/m⌋ positions, the others one more.
     */
    public Buffer runMeans(Buffer x, long runs) {
        return elements.runMeans(x, runs);
    }

    /** α·x + β·I for every matrix of a batch: x [B, m, m]. */
    public Buffer plusIdentity(Buffer x, float alpha, float beta) {
        return elements.plusIdentity(x, alpha, beta);
    }

    /**
     * aᵀ / max_j Σ_i a_ij for every matrix of a batch: a [B, m, m]. The maximum's gradient goes to the first column
     * that attains it.
     */
    public Buffer transposeOverNorm(Buffer a) {
        return norms.transposeOverNorm(a);
    }

    /**
     * x/(1 − p) where an element is kept, 0 where it is dropped; which is drawn anew for each step and layer, and the
     * same on every engine.
     *
     * @param seed two whole numbers below 2²⁴, such as the step and a seed of the run, [1, 1, 2]
     * @param p share of the dropped elements, 0 to 1
     * @param stream number of the layer
     */
    public Buffer dropout(Buffer x, Buffer seed, float p, int stream) {
        return elements.dropout(x, seed, p, stream);
    }

    /** x + u. */
    public Buffer residual(Buffer x, Buffer u) {
        return elements.residual(x, u);
    }

    /** x + γ·u, γ one number. */
    public Buffer scaledResidual(Buffer x, Buffer u, Buffer gamma) {
        return elements.scaledResidual(x, u, gamma);
    }

    /**
     * x + γ·v·Wᵀ, where v·Wᵀ is not stored: x [B, N, C], v [B, N, c], W [1, C, c], γ one number. With the narrow t =
     * dy·W: dγ = Σ v·t, dv = γ·t, and dW = γ·dyᵀ·v.
     */
    public Buffer projectedResidual(Buffer x, Buffer v, Buffer w, Buffer gamma) {
        return elements.projectedResidual(x, v, w, gamma);
    }

    /** x[b, i, j]·s[b, j]: x [B, N, C], s [B, 1, C]. */
    public Buffer channelMultiply(Buffer x, Buffer factor) {
        return elements.channelMultiply(x, factor);
    }

    /** x[b, i, j] + t[b, j]: x [B, N, C], t [B, 1, C]. */
    public Buffer channelAdd(Buffer x, Buffer term) {
        return elements.channelAdd(x, term);
    }

    /** Concatenates the parts over channels: each [B, N, c_k]. A single part is returned unchanged. */
    public Buffer concatenate(List<Buffer> parts) {
        return layouts.concatenate(parts);
    }

    /** As {@link #batchNorm(Buffer, Buffer, Buffer, float)} with PyTorch's default ε = 1e-5. */
    public BatchNormed batchNorm(Buffer x, Buffer gamma, Buffer beta) {
        return batchNorm(x, gamma, beta, BatchNorm.EPSILON);
    }

    /**
     * Batch norm with the statistics of the batch: x [B, N, C], γ and β [1, 1, C].
     *
     * @param epsilon ε, added to the variance
     * @return y, and the statistics for a trainer's running means
     */
    public BatchNormed batchNorm(Buffer x, Buffer gamma, Buffer beta, float epsilon) {
        return norms.batchNorm(x, gamma, beta, epsilon, false);
    }

    /** ReLU after {@link #batchNorm(Buffer, Buffer, Buffer, float)}, in one operation. */
    public BatchNormed batchNormRelu(Buffer x, Buffer gamma, Buffer beta, float epsilon) {
        return norms.batchNorm(x, gamma, beta, epsilon, true);
    }

    /** As {@link #frozenNorm(Buffer, Buffer, Buffer, Buffer, Buffer, float)} with PyTorch's default ε = 1e-5. */
    public Buffer frozenNorm(Buffer x, Buffer mean, Buffer variance, Buffer gamma, Buffer beta) {
        return frozenNorm(x, mean, variance, gamma, beta, BatchNorm.EPSILON);
    }

    /** Batch norm with fixed statistics, a constant affine map: only x gets a gradient. */
    public Buffer frozenNorm(Buffer x, Buffer mean, Buffer variance, Buffer gamma, Buffer beta, float epsilon) {
        return norms.frozenNorm(x, mean, variance, gamma, beta, epsilon);
    }

    /** Columns from..from+count of x [B, R, C]. */
    public Buffer slice(Buffer x, long from, long count) {
        return layouts.slice(x, from, count);
    }

    /** x_i / max(s_i, ε) for every row i: x [B, R, C], s [B, R, 1]. Has no adjoint. */
    public Buffer rowDivide(Buffer x, Buffer s) {
        return elements.rowDivide(x, s);
    }

    /** The same floats under another shape, row-major: x of any shape with as many elements. */
    public Buffer reshaped(Buffer x, Shape shape) {
        return layouts.reshaped(x, shape);
    }

    /** x [B, R, C] to [B, C, R]. */
    public Buffer transpose(Buffer x) {
        return layouts.transpose(x);
    }

    /**
     * Records operations without a gradient: to later operations their result is a constant. For {@link
     * Purpose#DIFFERENCES} an input replaces it, {@link #held}.
     *
     * @param forward records them and returns the result
     */
    public Buffer detached(Supplier<Buffer> forward) {
        Buffer result = recording.detached(forward);
        if (purpose() != Purpose.DIFFERENCES) {
            return result;
        }
        Buffer given = given(result.name() + ".held", result.shape(), Role.INPUT);
        held.put(result, given);
        return given;
    }

    /** Every detached result with the input that replaces it; empty except for {@link Purpose#DIFFERENCES}. */
    public SequencedMap<Buffer, Buffer> held() {
        return Collections.unmodifiableSequencedMap(held);
    }

    /** Calls this when {@link #backward} has recorded the adjoints of all operations recorded after this call. */
    public void onBackward(Runnable call) {
        recording.adjoint(call);
    }

    /**
     * Records the adjoint of every operation on the tape.
     *
     * @param y the result to start from
     * @param dy its upstream gradient, like y
     * @param wanted buffers whose gradients are outputs; 0 for a buffer on which y does not depend
     * @return the gradients, in the order of {@code wanted}
     */
    public List<Buffer> backward(Buffer y, Buffer dy, List<Buffer> wanted) {
        checkDifferentiable();
        recording.gradients().want(wanted, Role.OUTPUT);
        walk(y, dy);
        return recording.gradients().outputs(wanted);
    }

    /**
     * Records the adjoint of every operation on the tape, for later steps that read the gradients.
     *
     * @param loss one number
     * @param wanted buffers whose gradients are read; they stay intermediates
     * @return the gradients of those on which the loss depends
     */
    public SequencedMap<Buffer, Buffer> gradients(Buffer loss, List<Buffer> wanted) {
        if (loss.elements() != 1) {
            throw new IllegalArgumentException("a loss is one number, not " + loss.shape());
        }
        checkDifferentiable();
        recording.gradients().want(wanted, Role.INTERMEDIATE);
        walk(loss, constant(loss.shape(), 1f));
        return recording.gradients().reached(wanted);
    }

    private void checkDifferentiable() {
        if (!recording.differentiable()) {
            throw new IllegalStateException("this tape was made for a forward pass only");
        }
    }

    private void walk(Buffer y, Buffer dy) {
        recording.gradients().share(y, dy);
        while (!recording.adjoints().isEmpty()) {
            recording.adjoints().pop().run();
        }
    }
}
