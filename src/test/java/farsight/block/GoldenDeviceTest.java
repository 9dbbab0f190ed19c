package farsight.block;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Devices;
import farsight.engine.Engine;
import farsight.engine.OnDevice;
import farsight.engine.Variants;
import farsight.op.attention.L2ReluAttention;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@OnDevice
class GoldenDeviceTest {

    /** What the context of kernels with work-groups takes of a device, at most: it depends on the JVM's layout of it. */
    private static final long CONTEXT_BYTES = 512;

    /** Cases that between them have every block and norm; compiling the rest anew would take minutes and show the same. */
    private static final Set<String> WITH_GROUPS = Set.of(
            "cam",
            "crisscross-twice",
            "dense-softmax",
            "double",
            "double-positions",
            "efficient",
            "ema-frozen",
            "gc-att-add-mul",
            "latentgnn",
            "latentgnn-batchnorm",
            "nonlocal-concatenation-subsample",
            "nonlocal-embedded-gaussian",
            "nonlocal-embedded-gaussian-streaming",
            "pam",
            "nystrom-uneven",
            "se",
            "snl");

    static Stream<Arguments> casesOnDevices() {
        return Devices.present().stream()
                .flatMap(e -> Stream.concat(
                        GoldenCase.all().map(c -> Arguments.of(e.id(), c, e)), withGroups(Variants.withGroups(e))));
    }

    private static Stream<Arguments> withGroups(Engine e) {
        List<GoldenCase> cases =
                GoldenCase.all().filter(c -> WITH_GROUPS.contains(c.toString())).toList();
        assertThat(cases).as("golden cases by their names").hasSameSizeAs(WITH_GROUPS);
        return cases.stream().map(c -> Arguments.of(e.id(), c, e));
    }

    /** Blocks that store no affinity in a forward pass alone: by itself and with groups. */
    static Stream<Arguments> unstoredCasesOnDevices() {
        List<GoldenCase> cases = GoldenCase.all()
                .filter(c -> c.blockRun().program(Pass.FORWARD).program().steps().stream()
                        .anyMatch(L2ReluAttention.class::isInstance))
                .toList();
        assertThat(cases)
                .as("golden cases of LatentGNN and of the talk's block")
                .hasSizeGreaterThan(1);
        return Devices.present().stream()
                .flatMap(e -> Stream.of(e, Variants.withGroups(e)))
                .flatMap(e -> cases.stream().map(c -> Arguments.of(e.id(), c, e)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("unstoredCasesOnDevices")
    void outputsOfAForwardPassAloneMatchLibtorch(String id, GoldenCase golden, Engine engine) {
        GoldenAssertions.assertOutputAgrees(golden, golden.forward(engine), 10);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("casesOnDevices")
    void outputsAndGradientsMatchLibtorch(String id, GoldenCase golden, Engine engine) {
        boolean groups = engine.id().startsWith("groups");
        GoldenAssertions.assertAgrees(golden, golden.run(engine), 10, groups ? CONTEXT_BYTES : 0);
    }
}
