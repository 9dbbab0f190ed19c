package farsight.op;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.Variants;
import farsight.program.Shape;
import farsight.vector.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Numbers of every magnitude, NaN and infinities in every operation: each result matches float64 or is NaN or
 * infinite.
 */
class MagnitudesTest {

    /** Rows of more than a vector and of less, of an odd length, written and added to. */
    private static final List<Sizes.Map> MAPS =
            List.of(new Sizes.Map(new Shape(2, 5, 37), false), new Sizes.Map(new Shape(2, 9, 5), true));

    /** A product of general shape, a thin one of many rows, and one of a single column. */
    private static final List<Sizes.Product> PRODUCTS = List.of(
            new Sizes.Product(2, 9, 37, 21, false, false),
            new Sizes.Product(1, 97, 18, 5, true, true),
            new Sizes.Product(2, 11, 1, 19, true, true));

    /** Keys that are cut into chunks, whose sums are joined. */
    private static final Sizes.Product CHUNKS = new Sizes.Product(2, 3, 1_031, 5, true, false);

    private static final Workers THREE = new Workers(3);
    private static final List<Engine> ENGINES = List.of(Engines.find("java"), Variants.vector(THREE));

    @AfterAll
    static void end() {
        THREE.close();
    }

    private static Stream<OpCase> cases() {
        return Stream.of(
                        MAPS.stream().flatMap(ElementCases::of),
                        MAPS.stream().flatMap(PositionCases::moves),
                        MAPS.stream().flatMap(PositionCases::sums),
                        MAPS.stream().flatMap(NormalizingCases::of),
                        MAPS.stream().flatMap(BatchNormCases::elements),
                        MAPS.stream().flatMap(BatchNormCases::sums),
                        MAPS.stream().map(PairCases::pairSum),
                        MAPS.stream().map(PairCases::pairSumGradient),
                        PRODUCTS.stream().map(PairCases::rowDot),
                        PRODUCTS.stream().flatMap(ProductCases::of),
                        PRODUCTS.stream().flatMap(GemmL2Cases::of),
                        PRODUCTS.stream().flatMap(L2ReluAttentionCases::of),
                        Stream.of(CHUNKS).flatMap(L2ReluAttentionCases::withSharedQueries),
                        CrissCrossCases.all(Sizes.ODD),
                        MAPS.stream().flatMap(LandmarkCases::of),
                        PoolCases.all(Sizes.ODD),
                        ConvolutionCases.all(Sizes.ODD),
                        ResampleCases.all(Sizes.ODD),
                        MAPS.stream().flatMap(LossCases::of),
                        MAPS.stream().flatMap(UpdateCases::of))
                .flatMap(s -> s);
    }

    static DoubleStream magnitudes() {
        return IntStream.of(-38, -30, -25, -20, -18, -13, -8, -3, 3, 8, 13, 18, 19, 20, 25, 30, 38)
                .mapToDouble(e -> Math.pow(10, e));
    }

    /** All operands of the magnitude, or the first, or the second. */
    private static List<IntToDoubleFunction> spreads(double magnitude) {
        return List.of(_ -> magnitude, n -> n == 0 ? magnitude : 1, n -> n == 1 ? magnitude : 1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("magnitudes")
    void resultsMatchFloat64OrAreNonFinite(double magnitude) {
        List<String> wrong = new ArrayList<>();
        for (IntToDoubleFunction spread : spreads(magnitude)) {
            for (OpCase c : new Numbers(spread, null).make(MagnitudesTest::cases)) {
                for (Engine engine : ENGINES) {
                    wrong.addAll(c.wrong(engine, Errors.HOST));
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void ordinaryNumbersMatchTheEquation() {
        for (OpCase c : Numbers.of(1).make(MagnitudesTest::cases)) {
            ENGINES.forEach(engine -> c.check(engine, Errors.HOST));
        }
    }

    static Stream<Numbers.Poison> poisons() {
        return IntStream.range(0, 5)
                .boxed()
                .flatMap(operand -> DoubleStream.of(0.3, 1)
                        .boxed()
                        .flatMap(place -> Stream.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY)
                                .map(v -> new Numbers.Poison(operand, place, v))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("poisons")
    void oneNonFiniteInputGivesRightOrNonFiniteResults(Numbers.Poison poison) {
        List<String> wrong = new ArrayList<>();
        for (OpCase c : Numbers.with(poison).make(MagnitudesTest::cases)) {
            for (Engine engine : ENGINES) {
                wrong.addAll(c.wrong(engine, Errors.HOST));
            }
        }
        assertThat(wrong).isEmpty();
    }
}
