package farsight.block;

import farsight.program.Buffer;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The buffers of a recorded block that hold its attention between positions. The block itself computes with them.
 *
 * <p>A is the affinity by which a block replaces position i's values: gathered_i = Σ_j A_ij·values_j.
 */
public sealed interface AttentionFactors {

    /** The buffers themselves. */
    List<Buffer> buffers();

    /**
     * A as a function of every pair of positions. {@link Pairwise#affinity} computes rows of A from queries and keys,
     * so the block implements {@link Pairwise}.
     *
     * @param queries [B, N, q]
     * @param keys [B, M, q]; M is below N if keys are pooled
     * @param values [B, M, v]
     * @param gathered A·values, [B, N, v]
     */
    record Pairs(Buffer queries, Buffer keys, Buffer values, Buffer gathered) implements AttentionFactors {
        @Override
        public List<Buffer> buffers() {
            return List.of(queries, keys, values, gathered);
        }
    }

    /**
     * A through latent nodes: Ψl·F·Ψvᵀ for each kernel, or Ψl·Ψvᵀ without F.
     *
     * @param kernels at least one
     */
    record LatentNodes(List<Kernel> kernels) implements AttentionFactors {
        /** Copies the list. */
        public LatentNodes {
            kernels = List.copyOf(kernels);
        }

        @Override
        public List<Buffer> buffers() {
            return kernels.stream()
                    .flatMap(k -> Stream.of(k.scatter(), k.latent(), k.gather(), k.values(), k.gathered()))
                    .filter(Objects::nonNull)
                    .distinct()
                    .toList();
        }
    }

    /**
     * One kernel of a mixture, or one head.
     *
     * @param scatter Ψl, latent to visible, [B, N, d]
     * @param latent F, [B, d, d]; null if it is the identity
     * @param gather Ψv, visible to latent, [B, N, d]; the same buffer as Ψl if one serves both
     * @param values [B, N, v]
     * @param gathered A·values, [B, N, w]; in {@link LatentGnnTalk} A·values·W
     */
    record Kernel(Buffer scatter, @Nullable Buffer latent, Buffer gather, Buffer values, Buffer gathered) {
        /** d. */
        public int nodes() {
            return (int) gather.shape().cols();
        }
    }

    /**
     * Each position by its row and its column of a grid, one pass after the other.
     *
     * @param passes at least one
     * @param height H
     * @param width W
     */
    record CrissCross(List<Pass> passes, int height, int width) implements AttentionFactors {
        /** Copies the list. */
        public CrissCross {
            passes = List.copyOf(passes);
        }

        @Override
        public List<Buffer> buffers() {
            return passes.stream()
                    .flatMap(p -> Stream.of(p.weights(), p.values(), p.gathered()))
                    .toList();
        }
    }

    /**
     * One pass over rows and columns.
     *
     * @param weights [B, N, H + W − 1], per position: its row from the left, then the others of its column from the top
     * @param values [B, N, v]
     * @param gathered A·values, [B, N, v]
     */
    record Pass(Buffer weights, Buffer values, Buffer gathered) {}

    /**
     * One map for every query: each row of A is a.
     *
     * @param weights a, [B, N, 1], sum 1
     */
    record Pool(Buffer weights) implements AttentionFactors {
        @Override
        public List<Buffer> buffers() {
            return List.of(weights);
        }
    }

    /** The mean over positions: a = 1/N, held in no buffer. */
    record Even() implements AttentionFactors {
        @Override
        public List<Buffer> buffers() {
            return List.of();
        }
    }

    /** The block names no buffers. */
    record Untold() implements AttentionFactors {
        @Override
        public List<Buffer> buffers() {
            return List.of();
        }
    }
}
