package farsight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.block.Block;
import farsight.block.Gc;
import farsight.block.Grid;
import farsight.block.LatentGnn;
import farsight.block.Parameter;
import farsight.block.Pass;
import farsight.data.DataException;
import farsight.data.Safetensors;
import farsight.data.Synthetic;
import farsight.data.Tensor;
import farsight.data.TensorStream;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.RefusedException;
import farsight.engine.Session;
import farsight.program.MemoryPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An open model: both halves, many threads, and calls after close. */
class OpenModelTest {

    private static final FeatureShape SHAPE = FeatureShape.of("x", 2, 32, 3, 5);

    static Stream<Arguments> everywhere() {
        return Engines.present().stream()
                .flatMap(e -> WeightsTest.blocks().map(b -> Arguments.of(e.id(), b.toString(), e, b)));
    }

    private static Tensor normal(long seed, long... shape) {
        Tensor x = Tensor.allocate(shape);
        Synthetic.normal(x.values(), x.elements(), seed);
        return x;
    }

    private static Tensor features(long seed) {
        return normal(seed, SHAPE.toArray());
    }

    private static OpenModel open(Engine engine, Block block, Pass pass) {
        return Model.random(block, 1).open(engine, SHAPE, pass, Model.UNLIMITED);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("everywhere")
    void forwardThenBackwardEqualsGradientBitForBit(String id, String name, Engine engine, Block block) {
        try (OpenModel open = open(engine, block, Pass.FORWARD_BACKWARD)) {
            for (long seed = 0; seed < 3; seed++) {
                Tensor x = features(seed);
                Tensor dy = features(seed + 9);
                Gradients whole = open.gradient(x, dy);
                Tensor y = open.forward(x);
                assertThat(y).isEqualTo(whole.y());
                Gradients halves = open.backward(dy);
                assertThat(halves.y()).isSameAs(y);
                assertThat(halves.tensors()).isEqualTo(whole.tensors());
            }
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("everywhere")
    void streamedTensorsEqualReturnedTensors(String id, String name, Engine engine, Block block, @TempDir Path folder) {
        Tensor x = features(1);
        Tensor dy = features(2);
        Path file = folder.resolve("all.safetensors");
        try (OpenModel open = open(engine, block, Pass.FORWARD_BACKWARD)) {
            open.run(FeatureSource.of("x", x), FeatureSource.of("dy", dy));
            Safetensors.writeStreams(file, open.results(), new TreeMap<>(), Map.of());
            assertThat(Safetensors.read(file)).isEqualTo(open.gradient(x, dy).tensors());
        }
        try (OpenModel open = open(engine, block, Pass.FORWARD)) {
            open.run(FeatureSource.of("x", x));
            SequencedMap<String, TensorStream> results = open.results();
            Safetensors.writeStreams(file, results, new TreeMap<>(), Map.of());
            assertThat(Safetensors.read(file)).isEqualTo(Map.of("y", open.apply(x)));
        }
    }

    static List<Engine> engines() {
        return Engines.present();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void backwardWithoutAForwardPassJustBeforeIsRefused(Engine engine) throws Exception {
        Tensor x = features(1);
        Tensor dy = features(2);
        try (OpenModel open = open(engine, Gc.of(32), Pass.FORWARD_BACKWARD)) {
            refused(open, dy, "nothing has run forward yet");
            open.forward(x);
            open.backward(dy);
            refused(open, dy, "the last forward pass has had its backward pass");
            open.forward(x);
            open.gradient(x, dy);
            refused(open, dy, "gradient ran since the forward pass");
            open.forward(x);
            Parameter p = Gc.of(32).parameters().getFirst();
            open.set(p.name(), normal(3, Weights.shapeOf(p)));
            refused(open, dy, "parameter " + p.name() + " was set since the forward pass");
            open.forward(x);
            Thread other = new Thread(() -> open.forward(x));
            other.start();
            other.join();
            refused(open, dy, "the last forward pass was another thread's");
        }
        try (OpenModel open = open(engine, Gc.of(32), Pass.FORWARD)) {
            for (ThrowingCallable use : List.<ThrowingCallable>of(() -> open.forward(x), () -> open.backward(dy))) {
                assertThatIllegalStateException()
                        .isThrownBy(use)
                        .withMessageContaining("open it with Pass.FORWARD_BACKWARD");
            }
        }
    }

    private static void refused(OpenModel open, Tensor dy, String why) {
        assertThatIllegalStateException()
                .isThrownBy(() -> open.backward(dy))
                .withMessage("backward needs a forward pass just before, by the same thread: " + why);
    }

    @Test
    void aGradientOfAnotherShapeLeavesTheForwardPassWaiting() {
        Tensor x = features(1);
        Tensor dy = features(2);
        try (OpenModel open = open(Engines.find("java"), Gc.of(32), Pass.FORWARD_BACKWARD)) {
            Gradients whole = open.gradient(x, dy);
            open.forward(x);
            assertThatThrownBy(() -> open.backward(normal(1, 2, 32, 15)))
                    .isInstanceOf(DataException.class)
                    .hasMessage("dy has shape [2, 32, 15], expected [2, 32, 3, 5]");
            assertThat(open.backward(dy).tensors()).isEqualTo(whole.tensors());
        }
    }

    /** Inputs and results of different threads must not mix. */
    @ParameterizedTest
    @MethodSource("engines")
    void threadsThatShareAnOpenModelEachGetTheirOwnResult(Engine engine) throws Exception {
        int threads = 4;
        List<Tensor> inputs = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            inputs.add(features(t));
        }
        try (OpenModel open = open(engine, LatentGnn.of(32, 3), Pass.FORWARD);
                OpenModel both = open(engine, LatentGnn.of(32, 3), Pass.FORWARD_BACKWARD);
                var pool = Executors.newFixedThreadPool(threads)) {
            List<Tensor> outputs = inputs.stream().map(open::apply).toList();
            List<Gradients> gradients =
                    inputs.stream().map(x -> both.gradient(x, x)).toList();
            List<Future<?>> all = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int own = t;
                all.add(pool.submit(() -> {
                    for (int i = 0; i < 20; i++) {
                        assertThat(open.apply(inputs.get(own))).isEqualTo(outputs.get(own));
                        assertThat(both.gradient(inputs.get(own), inputs.get(own)))
                                .isEqualTo(gradients.get(own));
                        halves(both, inputs.get(own), gradients.get(own));
                    }
                }));
            }
            for (Future<?> f : all) {
                f.get(10, TimeUnit.MINUTES);
            }
        }
    }

    /** Right, or refused because another thread came between. */
    private static void halves(OpenModel open, Tensor x, Gradients expected) {
        assertThat(open.forward(x)).isEqualTo(expected.y());
        try {
            assertThat(open.backward(x)).isEqualTo(expected);
        } catch (IllegalStateException e) {
            assertThat(e).hasMessageStartingWith("backward needs a forward pass just before, by the same thread");
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void everyCallAfterCloseFails(Engine engine) {
        for (Pass pass : Pass.values()) {
            OpenModel open = open(engine, Gc.of(32), pass);
            Tensor x = features(1);
            if (pass == Pass.FORWARD) {
                open.apply(x);
            } else {
                open.forward(x);
            }
            SequencedMap<String, TensorStream> results = open.results();
            open.close();
            open.close();
            Parameter p = Gc.of(32).parameters().getFirst();
            for (ThrowingCallable use : List.<ThrowingCallable>of(
                    () -> open.apply(x),
                    () -> open.gradient(x, x),
                    () -> open.forward(x),
                    () -> open.backward(x),
                    () -> open.run(FeatureSource.of("x", x)),
                    () -> open.run(FeatureSource.of("x", x), FeatureSource.of("dy", x)),
                    open::results,
                    () -> results.firstEntry().getValue().values().writeTo(_ -> {}),
                    () -> open.set(p.name(), normal(1, Weights.shapeOf(p))),
                    () -> open.read(open.program().x()),
                    () -> open.nonFinite(open.program().x()),
                    () -> open.statistics(RunningStatistics.initial(Gc.of(32))),
                    open::bytes,
                    open::timing)) {
                assertThatIllegalStateException().isThrownBy(use).withMessage("this session is closed");
            }
        }
    }

    @Test
    void closingWhileOtherThreadsRunIsSafe() throws Exception {
        for (int round = 0; round < 20; round++) {
            OpenModel open = open(Engines.vector(), LatentGnn.of(32, 3), Pass.FORWARD_BACKWARD);
            Tensor x = features(round);
            Gradients expected = open.gradient(x, x);
            try (var pool = Executors.newFixedThreadPool(2)) {
                Future<?> runs = pool.submit(() -> {
                    try {
                        while (true) {
                            assertThat(open.gradient(x, x)).isEqualTo(expected);
                        }
                    } catch (IllegalStateException e) {
                        assertThat(e).hasMessage("this session is closed");
                    }
                });
                Thread.sleep(2);
                open.close();
                runs.get(5, TimeUnit.MINUTES);
            }
        }
    }

    /** Over every parameter of every block: its own shape is taken, and its transpose is not. */
    @ParameterizedTest
    @MethodSource("farsight.model.WeightsTest#blocks")
    void aParameterIsSetInItsOwnShapeAlone(Block block) {
        try (OpenModel open = open(Engines.find("java"), block, Pass.FORWARD)) {
            for (Parameter p : block.parameters()) {
                long[] own = Weights.shapeOf(p);
                open.set(p.name(), normal(1, own));
                for (int n = own.length; n > 0 && own[n - 1] == 1; n--) {
                    open.set(p.name(), normal(1, Arrays.copyOf(own, n - 1)));
                }
                for (long[] other : others(own)) {
                    assertThatIllegalArgumentException()
                            .as(p.name() + Arrays.toString(other))
                            .isThrownBy(() -> open.set(p.name(), normal(1, other)))
                            .withMessageContaining("parameter " + p.name() + " has shape " + Arrays.toString(own));
                }
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> open.set("none", normal(1, 1)))
                    .withMessageContaining("has no parameter none, only ");
        }
    }

    /** Shapes of as many numbers, and of more. */
    private static List<long[]> others(long... own) {
        List<long[]> others = new ArrayList<>();
        if (own.length > 1 && own[0] != own[1]) {
            long[] turned = own.clone();
            turned[0] = own[1];
            turned[1] = own[0];
            others.add(turned);
            others.add(Arrays.copyOf(turned, 2));
            if (own[1] != 1) {
                others.add(new long[] {own[0] * own[1]});
            }
        }
        long[] more = own.clone();
        if (more.length > 0) {
            more[0]++;
            others.add(more);
        }
        long[] outer = new long[own.length + 1];
        outer[0] = 1;
        System.arraycopy(own, 0, outer, 1, own.length);
        if (own.length > 0 && own[0] != 1) {
            others.add(outer);
        }
        return others;
    }

    /** Whatever is counted along the way may overflow, and must not be seen to. */
    @ParameterizedTest
    @ValueSource(ints = {31, 40, 50, 55, 57, 59, 60, 61, 62})
    void positionsBeyondAnyMemoryAreRefused(int power) {
        WeightsTest.blocks().forEach(block -> {
            Model model = Model.random(block, 1);
            for (FeatureShape shape : List.of(
                    FeatureShape.of("x", 1, 32, 1L << power),
                    FeatureShape.of("x", 1, 32, 1L << (power / 2), 1L << (power - power / 2)),
                    FeatureShape.of("x", 1L << (power / 2), 32, 1L << (power - power / 2)))) {
                if (!block.grids().contains(shape.grid().kind())) {
                    continue;
                }
                for (Engine engine : Engines.host()) {
                    for (Pass pass : Pass.values()) {
                        assertThatThrownBy(() -> model.open(engine, shape, pass, Model.UNLIMITED))
                                .as("%s on %s", block, shape)
                                .isInstanceOf(RefusedException.class)
                                .hasMessageContaining("was refused: ")
                                .hasMessageNotContaining("\n");
                    }
                    assertThatThrownBy(() -> model.openInspected(engine, shape, Model.UNLIMITED))
                            .isInstanceOf(RefusedException.class);
                }
            }
        });
        assertThatThrownBy(() -> FeatureShape.of("x", 1, 32, 1L << 32, 1L << 32))
                .isInstanceOf(DataException.class);
        assertThatThrownBy(() -> FeatureShape.of("x", 1, 32, 0)).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> new FeatureShape(1, 0, Grid.points(1))).isInstanceOf(DataException.class);
    }

    /** The bytes that a session counts, part by part or at once, are those that were predicted. */
    @ParameterizedTest
    @MethodSource("farsight.model.WeightsTest#blocks")
    void aProgramOfTwoPartsTakesThePredictedBytes(Block block) {
        Footprint predicted = Footprint.of(block, 2, new Grid(3, 5), Pass.FORWARD_BACKWARD);
        assertThat(predicted.plan().program().parts()).isEqualTo(2);
        MemoryPlan plan = predicted.plan();
        try (Session session = Engines.vector().open(plan)) {
            session.run(0);
            session.run(1);
            assertThat(session.bytes()).isEqualTo(predicted.bytes());
        }
    }

    @Test
    void aMapOfStreamsIsWrittenInItsOrder(@TempDir Path folder) {
        SequencedMap<String, TensorStream> streams = new LinkedHashMap<>();
        streams.put("b", TensorStream.of(normal(1, 3, 4)));
        streams.put("a", TensorStream.of(normal(2, 5)));
        Path file = folder.resolve("streams.safetensors");
        Safetensors.writeStreams(file, streams, new TreeMap<>(), Map.of());
        assertThat(Safetensors.read(file).sequencedKeySet()).containsExactly("b", "a");
        assertThat(Safetensors.read(file).get("a")).isEqualTo(normal(2, 5));
    }
}
