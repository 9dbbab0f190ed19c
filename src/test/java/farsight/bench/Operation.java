package farsight.bench;

import farsight.op.image.Convolution;
import farsight.op.image.ConvolutionWeightGradient;
import farsight.op.image.Window;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.tape.Purpose;
import farsight.tape.Tape;
import java.util.Locale;
import java.util.function.Function;

/** The operations that are measured one by one, at sizes that blocks have: 65,536 positions, 64 channels; convolutions at 32,768. */
public enum Operation {
    /** Square, as large as an affinity's tile. */
    MATMUL("1024×1024 · 1024×1024", t -> t.tape.matMul(t.of(1024, 1024), t.of(1024, 1024))),
    /** Large enough to fill a GPU. */
    MATMUL_LARGE("4096×4096 · 4096×4096", t -> t.tape.matMul(t.of(4096, 4096), t.of(4096, 4096))),
    /** Many positions, a small right side. */
    MATMUL_TALL("65536×64 · 64×64", t -> t.tape.matMul(t.of(65536, 64), t.of(64, 64))),
    /** An affinity: every position with every other. */
    MATMUL_RIGHT_TRANSPOSED(
            "2048×64 · (2048×64)ᵀ", t -> t.tape.matMulRightTransposed(t.of(2048, 64), t.of(2048, 64), 1f)),
    /** A sum over positions: the latent nodes' features. */
    MATMUL_LEFT_TRANSPOSED(
            "(65536×100)ᵀ · 65536×16", t -> t.tape.matMulLeftTransposed(t.of(65536, 100), t.of(65536, 16))),
    /** A 1×1 convolution with a bias. */
    PROJECT("65536×64 · (64×64)ᵀ + 64", t -> t.tape.project(t.of(65536, 64), t.of(64, 64), t.of(1, 64))),
    /** Over long rows, as those of an affinity. */
    SOFTMAX_ROWS("2048×2048", t -> t.tape.softmaxRows(t.of(2048, 2048), 1f)),
    /** Over the positions. */
    SOFTMAX_POSITIONS("65536×64", t -> t.tape.softmaxPositions(t.of(65536, 64))),
    /** ReLU and unit rows. */
    L2_ROWS("65536×64", t -> t.tape.l2Rows(t.of(65536, 64), true)),
    /** ReLU and unit columns. */
    L2_POSITIONS("65536×64", t -> t.tape.l2Positions(t.of(65536, 64), true)),
    /** Scaled to the mean. */
    COLUMN_SUM("65536×64", t -> t.tape.meanPositions(t.of(65536, 64))),
    /** Over rows. */
    LAYER_NORM("65536×64", t -> t.tape.layerNorm(t.of(65536, 1, 64), t.of(1, 64), t.of(1, 64))),
    /** Statistics of the batch included. */
    BATCH_NORM(
            "65536×64",
            t -> t.tape.batchNorm(t.of(65536, 64), t.of(1, 64), t.of(1, 64)).y()),
    /** Element by element. */
    RELU("65536×64", t -> t.tape.relu(t.of(65536, 64))),
    /** Element by element, with an exponential. */
    SIGMOID("65536×64", t -> t.tape.sigmoid(t.of(65536, 64))),
    /** A sum of two. */
    RESIDUAL("65536×64 + 65536×64", t -> t.tape.residual(t.of(65536, 64), t.of(65536, 64))),
    /** A factor a channel. */
    CHANNEL_MULTIPLY("65536×64 · 64", t -> t.tape.channelMultiply(t.of(65536, 64), t.of(1, 64))),
    /** From positions by channels to channels by positions. */
    TRANSPOSE("65536×64", t -> t.tape.transpose(t.of(65536, 64))),
    /** 2×2, over a grid of 256×256. */
    MAX_POOL("256×256×64", t -> t.tape.images().maxPool(t.of(65536, 64), 256, 256)),
    /** 3×3, over a batch of 8 maps of 64×64. */
    CONVOLUTION(
            "8×64×64×64 · 64×64×3×3",
            t -> t.tape.images().convolve(t.of(8, 4096, 64), t.of(64, 64, 9), null, window(), 1)),
    /** The gradient of its input. */
    CONVOLUTION_INPUT_GRADIENT("8×64×64×64 · 64×64×3×3", Operation::inputGradient),
    /** The gradient of its weight. */
    CONVOLUTION_WEIGHT_GRADIENT("8×64×64×64 · 8×64×64×64", Operation::weightGradient),
    /** Exact attention whose affinity is never stored. */
    STREAMING_ATTENTION(
            "4096×32, 4096×32, 4096×32",
            t -> t.tape.attention().flash(t.of(4096, 32), t.of(4096, 32), t.of(4096, 32), 1f));

    private final String sizes;
    // The functions above capture nothing, which their type cannot say.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Function<Recorder, Buffer> result;

    Operation(String sizes, Function<Recorder, Buffer> result) {
        this.sizes = sizes;
        this.result = result;
    }

    private static Window window() {
        return Window.square(64, 64, 3, 1, 1);
    }

    private static Buffer inputGradient(Recorder t) {
        Buffer dx = t.result(8, 4096, 64);
        Convolution.InputGradient.record(t.program, t.of(8, 4096, 64), t.of(64, 64, 9), dx, window(), 1, false);
        return dx;
    }

    private static Buffer weightGradient(Recorder t) {
        Buffer dw = t.result(64, 64, 9);
        ConvolutionWeightGradient.record(t.program, t.of(8, 4096, 64), t.of(8, 4096, 64), dw, window(), 1, false);
        return dw;
    }

    /** What goes in, for people. */
    String sizes() {
        return sizes;
    }

    /** A program of this operation alone. */
    Program program() {
        Program.Builder builder = new Program.Builder(name().replace("_", "").toLowerCase(Locale.ROOT));
        builder.output(result.apply(new Recorder(builder)));
        return builder.build();
    }

    /** A tape, and inputs for it. */
    private static final class Recorder {
        private final Program.Builder program;
        private final Tape tape;
        private int inputs;

        Recorder(Program.Builder program) {
            this.program = program;
            tape = new Tape(program, Purpose.RESULT);
        }

        Buffer of(long rows, long cols) {
            return of(1, rows, cols);
        }

        Buffer of(long batch, long rows, long cols) {
            return tape.given("in" + inputs++, new Shape(batch, rows, cols), Role.INPUT);
        }

        Buffer result(long batch, long rows, long cols) {
            return program.buffer("result", new Shape(batch, rows, cols), Role.INTERMEDIATE);
        }
    }
}
