package farsight.op;

import java.util.function.Function;
import java.util.stream.Stream;

/** Cases of every operation. */
public final class OpCases {

    private OpCases() {}

    /** Made as they are asked for, because they hold their numbers. */
    public static Stream<OpCase> all(Sizes sizes) {
        return Stream.<Function<Sizes, Stream<OpCase>>>of(
                        ProductCases::all,
                        ElementCases::all,
                        PositionCases::all,
                        NormalizingCases::all,
                        GemmL2Cases::all,
                        BatchNormCases::all,
                        PairCases::all,
                        L2ReluAttentionCases::all,
                        CrissCrossCases::all,
                        LandmarkCases::all,
                        PoolCases::all,
                        ConvolutionCases::all,
                        ResampleCases::all,
                        LossCases::all,
                        UpdateCases::all)
                .flatMap(family -> family.apply(sizes));
    }
}
