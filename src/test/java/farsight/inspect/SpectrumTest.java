package farsight.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.Block;
import farsight.block.BlockSpec;
import farsight.engine.Engines;
import farsight.model.FeatureSource;
import farsight.model.Model;
import farsight.model.Origin;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A spectrum has at most as many values as its matrix has rows or columns. */
class SpectrumTest {

    record Case(String spec, int height, int width) {}

    static Stream<Case> cases() {
        List<String> specs = List.of(
                "{\"block\":\"dense\",\"channels\":8}",
                "{\"block\":\"nonlocal\",\"channels\":8}",
                "{\"block\":\"nonlocal\",\"channels\":8,\"subSample\":true}",
                "{\"block\":\"nonlocal\",\"channels\":8,\"mode\":\"dot_product\",\"subSample\":true}",
                "{\"block\":\"latentgnn-talk\",\"channels\":8,\"latentDims\":[3]}",
                "{\"block\":\"latentgnn\",\"channels\":8,\"latentDims\":[100]}",
                "{\"block\":\"latentgnn\",\"channels\":8,\"latentDims\":[5,7]}");
        return specs.stream()
                .flatMap(spec -> Stream.of(new Case(spec, 6, 6), new Case(spec, 3, 5), new Case(spec, 2, 2)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aSpectrumHasNoMoreValuesThanRowsColumnsOrLatentNodes(Case c) {
        Block block = BlockSpec.parse(c.spec());
        Inspection i = Inspector.inspect(
                Model.random(block, 3),
                Engines.find("vector"),
                "x",
                new Origin.Numbers(),
                FeatureSource.of("x", Looked.normal(8, c.height(), c.width())),
                new Inspector.Settings(Queries.parse("2"), List.of(1, 2, 16, 64, 200), 0, Model.UNLIMITED, 1));
        int n = c.height() * c.width();
        int latent = block.latentDims().stream().mapToInt(d -> d).sum();
        int largest = 0;
        for (Attention a : i.attentions()) {
            Spectrum s = a.spectrum();
            assertThat(s).isNotNull();
            assertThat(s.keys()).isEqualTo(a.keys());
            assertThat(s.most()).isLessThanOrEqualTo(Math.min(n, a.keys()));
            assertThat(s.most()).isLessThanOrEqualTo(latent == 0 ? n : latent);
            assertThat(s.singular()).hasSizeLessThanOrEqualTo(s.most());
            assertThat(s.possible(i.ranks())).allMatch(r -> r <= s.most());
            largest = Math.max(largest, s.most());
        }
        for (Captured full : i.captured()) {
            assertThat(full.spectrum().singular()).hasSizeLessThanOrEqualTo(n);
            largest = Math.max(largest, full.spectrum().most());
        }
        int most = largest;
        assertThat(i.ranks()).isNotEmpty().allMatch(r -> r <= most);
        assertThat(i.notes()).anyMatch(note -> note.contains("rank above " + most));
    }
}
