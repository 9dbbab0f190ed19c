package farsight.peers;

import farsight.block.Block;
import farsight.block.Gc;
import farsight.block.Grid;
import farsight.block.LatentGnn;
import farsight.block.NonLocal;
import farsight.block.Pass;
import java.util.List;

/** Something that every side computes from the same numbers. */
sealed interface Case {

    /** All of them, in the order of the table. */
    List<Case> ALL = List.of(
            new Product("matmul-2048", 2048, 2048, 2048),
            new Product("matmul-65536", 65536, 64, 64),
            new OfBlock("latentgnn-65536", LatentGnn.of(64, 100), new Grid(256, 256), 4, 4),
            new OfBlock("latentgnn-4096", LatentGnn.of(64, 100), new Grid(64, 64), 2, 2),
            new OfBlock("nonlocal-8192", NonLocal.of(64), new Grid(64, 128), 1.5, 1.5),
            new OfBlock(
                    "nonlocal-streaming-8192",
                    NonLocal.of(64).withAttention(NonLocal.Attention.STREAMING),
                    new Grid(64, 128),
                    1.3,
                    1.3),
            new OfBlock("gc-65536", Gc.of(256).withRatio(1.0 / 4), new Grid(256, 256), 2, 2));

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

    /** How many times as fast as that peer Farsight means to be. */
    double target(Side peer, Pass pass);

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
        public Case small() {
            return new Product(name, Math.min(m, 256), Math.min(k, 256), Math.min(n, 256));
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
        public Case small() {
            return new OfBlock(name, block, new Grid(16, 32), forward, both);
        }
    }
}
