package farsight.tape;

import farsight.op.element.Activation;
import farsight.op.element.Fill;
import farsight.op.image.Resample;
import farsight.op.image.Upsampling;
import farsight.op.image.Window;
import farsight.op.norm.BatchNorm;
import farsight.op.update.Adam;
import farsight.op.update.GradientNorm;
import farsight.op.update.RunningStatistic;
import farsight.op.update.Sgd;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records operations into a program, and their gradients after them. A block states its forward pass; {@link #backward}
 * then walks the tape from its end and records each operation's adjoint. The resulting program is a plain list of
 * steps.
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
    private final ConvolutionAdjoints convolutions;
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
        convolutions = new ConvolutionAdjoints(recording, products);
        images = new ImageAdjoints(recording);
        losses = new LossAdjoints(recording);
    }

    /** The use of the forward pass. */
    public Purpose purpose() {
        return recording.purpose();
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

    /**
     * y[q, o] = b[o] + Σ_t Σ_c x[q·stride − padding + t·dilation, c]·W[o, c, t]: PyTorch's Conv2d, and Conv1d on maps of
     * one row. c runs over the channels of o's group, t over the window's taps, row by row.
     *
     * @param x [B, H·W, C]
     * @param w W in PyTorch's order, declared as {@link #convolutionWeight}
     * @param bias b, [1, 1, O], or null for none
     * @param window over maps of H·W positions
     * @param groups a divisor of C and O; 1 for a full convolution, C for one of each channel by itself
     * @return [B, positions of the result, O]
     */
    public Buffer convolve(Buffer x, Buffer w, @Nullable Buffer bias, Window window, int groups) {
        return convolutions.convolve(x, w, bias, window, groups);
    }

    /**
     * The shape of a convolution's weight: [O, C/groups, taps]. A pointwise convolution without groups is a projection,
     * whose weight is [1, O, C], the same numbers in the same order.
     */
    public static Shape convolutionWeight(long out, long channels, Window window, int groups) {
        return ConvolutionAdjoints.byProduct(window, groups)
                ? Shape.matrix(out, channels)
                : new Shape(out, channels / groups, window.taps());
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

    /**
     * 2×2 max-pooling over consecutive maps of height·width positions, 1×2 over maps of one row: x
     * [B, maps·height·width, C].
     */
    public Buffer maxPool(Buffer x, long height, long width) {
        return maxPool(x, height == 1 ? Window.line(width, 2, 2, 0) : Window.square(height, width, 2, 2, 0));
    }

    /**
     * The maximum of each window over consecutive maps: x [B, maps·in, C] to [B, maps·out, C]. Padding counts as −∞.
     * The gradient goes to the first maximum in reading order.
     */
    public Buffer maxPool(Buffer x, Window window) {
        return images.maxPool(x, window);
    }

    /**
     * The mean over each window over consecutive maps: x [B, maps·in, C] to [B, maps·out, C]. Padding counts as
     * positions of 0. For the mean over whole maps of one per sample see {@link #meanPositions}.
     */
    public Buffer averagePool(Buffer x, Window window) {
        return images.averagePool(x, window);
    }

    /**
     * Consecutive maps of height·width positions resampled to outHeight·outWidth, larger or smaller: x [B,
     * maps·height·width, C].
     */
    public Buffer upsample(Buffer x, long height, long width, long outHeight, long outWidth, Upsampling mode) {
        return images.upsample(x, new Resample.Sides(height, width, outHeight, outWidth, mode));
    }

    /** A[b, i, j] = α·ReLU(s[b, i] + t[b, j]): s [B, N, 1], t [B, M, 1]. */
    public Buffer pairSum(Buffer s, Buffer t, float alpha) {
        return attention.pairSum(s, t, alpha);
    }

    /**
     * q_p·k_n for every position p of a grid and each of its H + W − 1 neighbours n: the W positions of its row in
     * order, including p, then the other positions of its column from the top. q and k [B, H·W, c]; the result [B, H·W,
     * H + W − 1].
     */
    public Buffer crissCrossProducts(Buffer q, Buffer k, long height, long width) {
        return attention.crissCrossProducts(q, k, height, width);
    }

    /** Σ_n a_pn·v_n over the neighbours of {@link #crissCrossProducts}: a [B, H·W, H + W − 1], v [B, H·W, C]. */
    public Buffer crissCrossSums(Buffer a, Buffer v, long height, long width) {
        return attention.crissCrossSums(a, v, height, width);
    }

    /** Columns from..from+count of x [B, R, C]. */
    public Buffer slice(Buffer x, long from, long count) {
        return layouts.slice(x, from, count);
    }

    /** Σ_j softmax_j(σ·q_i·k_j)·v_j with the N×M weights stored: q [B, N, c], k [B, M, c], v [B, M, w]. */
    public Buffer attention(Buffer q, Buffer k, Buffer v, float scale) {
        return attention.attention(q, k, v, scale);
    }

    /** Σ_j softmax_j(σ·q_i·k_j)·v_j without storing the N×M weights: q [B, N, c], k [B, M, c], v [B, M, w]. */
    public Buffer flashAttention(Buffer q, Buffer k, Buffer v, float scale) {
        return attention.flashAttention(q, k, v, scale);
    }

    /**
     * Flash attention whose keys and values are projections of x in one buffer: k = x·W_kᵀ + b_k and v = x·W_vᵀ + b_v.
     * A shift of the keys does not change the softmax, so the gradient of b_k is exactly 0.
     *
     * @param q [B, N, c]
     * @param x [B, M, C]
     */
    public Buffer flashAttention(Buffer q, Buffer x, Projection keys, Projection values, float scale) {
        return attention.flashAttention(q, x, keys, values, scale);
    }

    /**
     * Σ_j w_ij·v_j without storing the weights: w_i = max(q_i·k_j, 0), with {@code unit} scaled to unit L2 norm.
     * Without the scaling it has no adjoint.
     *
     * @param q [B or 1, N, c]
     * @param k [B or 1, M, c]
     * @param v [B, M, w]
     * @param unit whether the weights are scaled
     * @throws IllegalStateException without the scaling, if more than the result is needed
     */
    public Attended l2ReluAttention(Buffer q, Buffer k, Buffer v, boolean unit) {
        return attention.l2ReluAttention(q, k, v, unit);
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
     * Σ w_y·(−log softmax(z)_y) / Σ w_y over the positions of the whole batch whose label y is not ignored; without
     * weights their mean. The gradient of an ignored position is exactly 0. If all are ignored, the loss is NaN, as in
     * PyTorch.
     *
     * @param logits z, [B, N, K]
     * @param labels y, whole numbers 0 … K − 1 or the ignored one, [B, N, 1]
     * @param classWeights w, [1, 1, K], or null for 1
     * @param ignored any label, also that of a class, which is then not learned
     */
    public Scored crossEntropy(Buffer logits, Buffer labels, @Nullable Buffer classWeights, OptionalInt ignored) {
        return losses.crossEntropy(logits, labels, classWeights, ignored);
    }

    /** The mean of (y − t)² over all elements, [1, 1, 1]; the target t, like y, gets no gradient. */
    public Buffer squaredError(Buffer y, Buffer target) {
        return losses.squaredError(y, target);
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

    /**
     * The norm ‖g‖ of all gradients together, and the factor min(1, most / (‖g‖ + 1e-6)) by which {@link #sgd} and
     * {@link #adam} clip it.
     *
     * @param gradients at least one
     * @return both, [1, 1, 2]
     */
    public Buffer gradientNorm(List<Buffer> gradients, float most) {
        Buffer norms = recording.intermediate("gradientNorm", Shape.vector(2));
        GradientNorm.record(recording.program(), gradients, norms, most);
        return norms;
    }

    /**
     * Updates w in place by {@link Sgd}.
     *
     * @param velocity like w, 0 before the first step; null without a momentum
     * @param hyper begins with {@link Sgd.Rule#hyper} of the step
     * @param clip {@link #gradientNorm}, or null
     */
    public void sgd(Buffer w, Buffer g, @Nullable Buffer velocity, Buffer hyper, @Nullable Buffer clip, Sgd.Rule rule) {
        recording.program().add(new Sgd(w, g, velocity, hyper, clip, rule));
    }

    /**
     * Updates w in place by {@link Adam}.
     *
     * @param m like w, 0 before the first step
     * @param v like w, 0 before the first step
     * @param hyper begins with {@link Adam.Rule#hyper} of the step
     * @param clip {@link #gradientNorm}, or null
     */
    public void adam(Buffer w, Buffer g, Buffer m, Buffer v, Buffer hyper, @Nullable Buffer clip, Adam.Rule rule) {
        recording.program().add(new Adam(w, g, m, v, hyper, clip, rule));
    }

    /**
     * Updates in place what is kept over batches: kept ← (1 − share)·kept + share·factor·now, with the mean of {@code
     * now} over the samples.
     *
     * @param factor n/(n − 1) for a biased variance of n numbers; 1 for everything else
     */
    public void runningStatistic(Buffer kept, Buffer now, double share, double factor) {
        recording.program().add(new RunningStatistic(kept, now, share, factor));
    }
}
