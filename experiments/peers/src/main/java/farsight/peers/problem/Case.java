package farsight.peers.problem;

import farsight.block.Block;
import farsight.block.Gc;
import farsight.block.Grid;
import farsight.block.LatentGnn;
import farsight.block.NonLocal;
import farsight.block.Pass;
import farsight.network.Network;
import farsight.network.NetworkSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Something that every side computes from the same numbers. */
public sealed interface Case {

    /** All of them, in the order of the table. */
    List<Case> ALL = List.of(
            new Product("matmul-2048", 2048, 2048, 2048),
            new Product("matmul-65536", 65536, 64, 64),
            new Convolution("conv3x3-c64", 64, new Grid(64, 64), 8),
            new Convolution("conv3x3-c256", 256, new Grid(32, 32), 8),
            new OfBlock("latentgnn-65536", LatentGnn.of(64, 100), new Grid(256, 256), 4, 4),
            new OfBlock("latentgnn-4096", LatentGnn.of(64, 100), new Grid(64, 64), 2, 2),
            new OfBlock("nonlocal-8192", NonLocal.of(64), new Grid(64, 128), 1.5, 1.5),
            new OfBlock(
                    "nonlocal-streaming-8192",
                    NonLocal.of(64).withAttention(NonLocal.Attention.STREAMING),
                    new Grid(64, 128),
                    1.3,
                    1.3),
            new OfBlock("gc-65536", Gc.of(256).withRatio(1.0 / 4), new Grid(256, 256), 2, 2),
            Training.of("train-plain"),
            Training.of("train-gc"),
            Training.of("train-latentgnn"),
            Training.of("train-nonlocal-streaming"));

    /** Of that name. */
    static Case named(String name) {
        return ALL.stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no case " + name + ", only "
                        + ALL.stream().map(Case::name).toList()));
    }

    /** What options and files call it. */
    String name();

    /** Its sizes, for people. */
    String sizes();

    /** Who takes part. */
    List<Side> sides();

    /** What is measured. */
    List<Pass> passes();

    /** How a pass is called. */
    default String word(Pass pass) {
        return pass.toString();
    }

    /** How many times as fast as that peer Farsight means to be; NaN where nobody has said. */
    double target(Side peer, Pass pass);

    /** Whether it works on maps, which libtorch can hold in two formats. */
    boolean maps();

    /** Whether it holds more than its result, so that memory can be saved. */
    boolean holdsMore();

    /** The same at a size that takes no memory worth speaking of. */
    Case small();

    /** C = A·B, C's memory given. */
    record Product(String name, int m, int k, int n) implements Case {

        @Override
        public String sizes() {
            return "%,d×%,d · %,d×%,d".formatted(m, k, k, n);
        }

        @Override
        public List<Side> sides() {
            return List.of(Side.FARSIGHT, Side.LIBTORCH, Side.OPENBLAS);
        }

        @Override
        public List<Pass> passes() {
            return List.of(Pass.FORWARD);
        }

        @Override
        public double target(Side peer, Pass pass) {
            return peer == Side.OPENBLAS ? 0.9 : 1.3;
        }

        @Override
        public boolean maps() {
            return false;
        }

        @Override
        public boolean holdsMore() {
            return false;
        }

        @Override
        public Case small() {
            return new Product(name, Math.min(m, 256), Math.min(k, 256), Math.min(n, 256));
        }
    }

    /** A 3×3 convolution with zeros around, C channels to C, with bias: of B images. */
    record Convolution(String name, int channels, Grid grid, int batch) implements Case {

        @Override
        public String sizes() {
            return "B = %d, %d×%d, C = %d".formatted(batch, grid.height(), grid.width(), channels);
        }

        @Override
        public List<Side> sides() {
            return List.of(Side.FARSIGHT, Side.LIBTORCH);
        }

        @Override
        public List<Pass> passes() {
            return List.of(Pass.FORWARD, Pass.FORWARD_BACKWARD);
        }

        @Override
        public double target(Side peer, Pass pass) {
            return 1;
        }

        @Override
        public boolean maps() {
            return true;
        }

        @Override
        public boolean holdsMore() {
            return false;
        }

        @Override
        public Case small() {
            return new Convolution(name, channels, new Grid(16, 16), 2);
        }
    }

    /** A block on one image of N positions. */
    record OfBlock(String name, Block block, Grid grid, double forward, double both) implements Case {

        @Override
        public String sizes() {
            String inner = switch (block) {
                case LatentGnn b -> ", d = " + b.latentDims().getFirst() + ", stride " + b.channelStride();
                case NonLocal b -> ", c = " + b.inner();
                case Gc b -> ", p = " + b.bottleneck();
                default -> "";
            };
            return "N = %,d, C = %d%s".formatted(grid.positions(), block.channels(), inner);
        }

        @Override
        public List<Side> sides() {
            return List.of(Side.FARSIGHT, Side.LIBTORCH);
        }

        @Override
        public List<Pass> passes() {
            return List.of(Pass.FORWARD, Pass.FORWARD_BACKWARD);
        }

        @Override
        public double target(Side peer, Pass pass) {
            return pass == Pass.FORWARD ? forward : both;
        }

        @Override
        public boolean maps() {
            return true;
        }

        @Override
        public boolean holdsMore() {
            return true;
        }

        @Override
        public Case small() {
            return new OfBlock(name, block, new Grid(16, 32), forward, both);
        }
    }

    /**
     * A training step: forward, loss, backward, update.
     *
     * @param network with its loss and optimizer
     * @param batch B
     */
    record Training(String name, Network network, int batch) implements Case {

        /** Losses that are compared: each tells of the update before it. */
        public static final int LOSSES = 8;

        /** By the network's file beside this class. */
        public static Training of(String name) {
            try (InputStream file = Case.class.getResourceAsStream(name + ".json")) {
                String spec = new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8);
                return new Training(name, NetworkSpec.parse(spec), 8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String sizes() {
            return "B = %d, %s, %d layers"
                    .formatted(batch, network.input(), network.layers().layers().size());
        }

        @Override
        public List<Side> sides() {
            return List.of(Side.FARSIGHT, Side.LIBTORCH);
        }

        @Override
        public List<Pass> passes() {
            return List.of(Pass.FORWARD_BACKWARD);
        }

        @Override
        public String word(Pass pass) {
            return "step";
        }

        @Override
        public double target(Side peer, Pass pass) {
            return 1.3;
        }

        @Override
        public boolean maps() {
            return true;
        }

        @Override
        public boolean holdsMore() {
            return true;
        }

        @Override
        public Case small() {
            return new Training(name, network.withInput(network.input().withGrid(new Grid(16, 16))), 2);
        }
    }
}
