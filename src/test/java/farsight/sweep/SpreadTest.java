package farsight.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.block.Gc;
import farsight.block.Pass;
import farsight.block.Se;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.Limits;
import farsight.engine.Session;
import farsight.program.MemoryPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SpreadTest {

    private static final SweepPlan PLAN = new SweepPlan(
            List.of(
                    new BlockChoice("gc", false, false, (c, _) -> Gc.of(c)),
                    new BlockChoice("se", false, false, (c, _) -> Se.of(c))),
            List.of(4L, 9L, 16L),
            List.of(),
            16,
            1,
            List.of(Pass.FORWARD),
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            1);

    /** The plain loops under another name. */
    private record Named(String id, Engine engine) implements Engine {
        @Override
        public String description() {
            return engine.description();
        }

        @Override
        public Limits limits() {
            return engine.limits();
        }

        @Override
        public Session open(MemoryPlan plan) {
            return engine.open(plan);
        }
    }

    private static final List<Engine> TWO =
            List.of(new Named("a:0", Engines.find("java")), new Named("a:1", Engines.find("java")));

    private static final Features FEATURES = Features.synthetic(1);

    /** Points that say on what they would have been measured, at once. */
    private static final Measurer AT_ONCE =
            (v, e) -> PendingPoint.of(PLAN, FEATURES, v, e).without(Status.FAILED, "not measured");

    private static SweepRunner runner(List<Engine> engines, Measurer measurer) {
        return new SweepRunner(PLAN, engines, FEATURES, measurer);
    }

    /** What is told: one thread at a time may, and each point once. */
    private static final class Told implements SweepRunner.Progress {
        private final List<String> begun = new ArrayList<>();
        private final List<Point> finished = new ArrayList<>();

        @Override
        public void begins(SweepPlan.Visit visit, Engine engine) {
            begun.add(visit.label() + visit.positions());
        }

        @Override
        public void finished(Point point) {
            finished.add(point);
        }
    }

    @Test
    void bothDevicesMeasureAtTheSameTimeAndEveryPointOnceInOrder() {
        // Nobody gets past the first point before the other device has one too.
        CyclicBarrier both = new CyclicBarrier(2);
        Set<String> met = ConcurrentHashMap.newKeySet();
        Measurer measurer = (visit, engine) -> {
            if (met.add(engine.id())) {
                try {
                    both.await();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
            return AT_ONCE.measure(visit, engine);
        };
        Told told = new Told();
        List<Point> kept = new ArrayList<>();
        List<Point> points = runner(TWO, measurer).spread(Map.of(), kept::add, told);
        assertThat(points)
                .extracting(p -> p.block() + p.positions())
                .containsExactly("gc4", "se4", "gc9", "se9", "gc16", "se16");
        assertThat(kept).containsExactlyInAnyOrderElementsOf(points);
        assertThat(told.finished).isEqualTo(kept);
        assertThat(told.begun).hasSize(6).doesNotHaveDuplicates();
        assertThat(points.stream().map(Point::device).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder("a:0", "a:1");
    }

    @Test
    void pointsOfAnEarlierRunCountWhicheverDeviceMeasuredThem() {
        List<Point> first = runner(TWO, AT_ONCE).spread(Map.of(), _ -> {}, new Told());
        Map<String, Point> done = new HashMap<>();
        first.subList(0, 4).forEach(p -> done.put(p.key(), p));
        List<Point> kept = Collections.synchronizedList(new ArrayList<>());
        List<Point> again = runner(TWO.reversed(), AT_ONCE).spread(done, kept::add, new Told());
        assertThat(again.subList(0, 4)).isEqualTo(first.subList(0, 4));
        assertThat(kept).extracting(p -> p.block() + p.positions()).containsExactlyInAnyOrder("gc16", "se16");
    }

    @Test
    void aPointThatCannotBeMeasuredFailsAndTheOthersGoOn() {
        Measurer measurer = (visit, engine) -> {
            if (visit.positions() == 9) {
                throw new IllegalStateException("the process ended");
            }
            return AT_ONCE.measure(visit, engine);
        };
        assertThat(runner(TWO, measurer).spread(Map.of(), _ -> {}, new Told()))
                .extracting(Point::message)
                .containsExactly(
                        "not measured",
                        "not measured",
                        "the process ended",
                        "the process ended",
                        "not measured",
                        "not measured");
    }

    @Test
    void pointsOfOneDeviceBoundTheTimeOnAnother() {
        SweepPlan limited = new SweepPlan(
                PLAN.blocks().subList(0, 1), List.of(4L, 4096L), List.of(), 16, 1, PLAN.passes(), Long.MAX_VALUE, 1, 1);
        Measurer measurer = new PointMeasurer(limited, FEATURES);
        Map<String, Point> done = new HashMap<>();
        Point ran = measurer.measure(limited.visits().getFirst(), TWO.getFirst());
        done.put(ran.key(), ran);
        List<Point> points =
                new SweepRunner(limited, TWO.reversed(), FEATURES, measurer).spread(done, _ -> {}, new Told());
        assertThat(points.getLast().status()).isEqualTo(Status.REFUSED);
        assertThat(points.getLast().message()).contains("at the rate of N = 4");
    }

    @Test
    void aPointThatCannotBeStoredEndsTheSweep() {
        List<String> measured = Collections.synchronizedList(new ArrayList<>());
        Measurer measurer = (visit, engine) -> {
            measured.add(visit.label());
            return AT_ONCE.measure(visit, engine);
        };
        assertThatThrownBy(() -> runner(TWO, measurer)
                        .spread(
                                Map.of(),
                                _ -> {
                                    throw new IllegalStateException("disk full");
                                },
                                new Told()))
                .hasMessage("disk full");
        assertThat(measured).hasSizeLessThanOrEqualTo(2);
    }
}
