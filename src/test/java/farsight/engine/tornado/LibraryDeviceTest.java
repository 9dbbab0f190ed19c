package farsight.engine.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.block.Block;
import farsight.block.BlockProgram;
import farsight.block.Dense;
import farsight.block.LatentGnn;
import farsight.block.NonLocal;
import farsight.block.Pass;
import farsight.engine.Devices;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.LibraryException;
import farsight.engine.OnDevice;
import farsight.engine.Session;
import farsight.engine.Timing;
import farsight.engine.Variants;
import farsight.op.F64;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Role;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Products by a library: cuBLAS on CUDA devices, a stand-in on OpenCL devices. */
@OnDevice
class LibraryDeviceTest {

    private static final int POSITIONS = 37;
    private static final FloatArray TINY = new FloatArray(1);

    private static boolean cuda(Engine e) {
        return e.id().startsWith("cuda:");
    }

    static Stream<Engine> devices() {
        return Devices.present().stream();
    }

    @Test
    void anSdkHasCublasOnlyWithItsCudaBackend() {
        CublasTasks tasks = CublasTasks.bind();
        if (devices().anyMatch(LibraryDeviceTest::cuda)) {
            assertThat(tasks.loaded()).isSameAs(tasks);
        } else {
            assertThatThrownBy(tasks::loaded)
                    .isInstanceOf(LibraryException.class)
                    .hasMessageContaining("cuBLAS cannot be loaded: ")
                    .hasMessageContaining("tornado-cublas");
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void onlyCudaDevicesHaveTheLibrary(Engine e) {
        if (cuda(e)) {
            assertThat(Engines.find(e.id() + "+cublas").library()).isTrue();
        } else {
            String why = "only on devices of TornadoVM's CUDA backend; " + e.id() + " is not one";
            assertThatThrownBy(e::withLibrary)
                    .isInstanceOf(LibraryException.class)
                    .hasMessageContaining(why);
            assertThatThrownBy(() -> Engines.find(e.id() + "+cublas")).hasMessageContaining(why);
        }
    }

    /** Of a block with products alone, inside other operations, and summed over the batch. */
    static Stream<Arguments> programs() {
        List<Block> blocks =
                List.of(Dense.of(3), NonLocal.of(4), LatentGnn.of(4, 5).withChannelStride(2));
        return devices()
                .filter(e -> cuda(e) || e.id().startsWith("opencl:"))
                .flatMap(e -> blocks.stream().map(b -> Arguments.of(e.id(), b.kind(), e, b)));
    }

    /** Whatever other tests called. */
    @BeforeEach
    void forgetCalls() {
        StandInBlas.called();
    }

    private static Engine library(Engine device) {
        return cuda(device) ? device.withLibrary() : StandInBlas.on(device);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("programs")
    void libraryCallsGiveTheSameResultsWithoutMoreMemory(String id, String kind, Engine device, Block block) {
        MemoryPlan plan = plan(block);
        Engine engine = library(device);
        assertThat(engine.id()).isEqualTo(id + "+cublas");
        try (Session session = engine.open(plan)) {
            assertAnswers(session, plan);
            assertThat(session.bytes()).isEqualTo(engine.predictedBytes(plan));
            Timing profiled = session.profile();
            assertThat(profiled.compile()).isZero();
            assertThat(profiled.kernels()).isPositive();
        }
        if (!cuda(device)) {
            long products = DeviceCall.of(plan.program(), _ -> TINY, engine.groupLimits(), true).stream()
                    .filter(DeviceCall.Product.class::isInstance)
                    .count();
            assertThat(products).isPositive();
            assertThat(StandInBlas.called()).hasSize((int) (3 * products)).contains("cublasSgemm");
        }
        assertThat(KernelUse.of(plan.program(), engine))
                .extracting(KernelUse::method)
                .isNotEmpty()
                .noneMatch(m -> m.matches("matMul(RightTransposed|LeftTransposedChunks)?"));
    }

    /** Grids of the kernels between are theirs alone. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("programs")
    void libraryCallsBetweenWorkGroupKernelsGiveTheSameResults(String id, String kind, Engine device, Block block) {
        MemoryPlan plan = plan(block);
        try (Session session = Variants.withGroups(library(device)).open(plan)) {
            assertAnswers(session, plan);
        }
    }

    private static MemoryPlan plan(Block block) {
        return MemoryPlan.of(
                BlockProgram.of(block, 2, POSITIONS, Pass.FORWARD_BACKWARD).program());
    }

    /** Two runs on different numbers, against the plain loops. */
    private static void assertAnswers(Session session, MemoryPlan plan) {
        Random random = new Random(5);
        try (Session java = Engines.find("java").open(plan)) {
            for (int run = 0; run < 2; run++) {
                Stream.of(Role.INPUT, Role.PARAMETER)
                        .flatMap(role -> plan.program().buffers(role).stream())
                        .forEach(b -> {
                            float[] values = F64.random(random, b.shape()).floats();
                            session.write(b, values);
                            java.write(b, values);
                        });
                session.run();
                java.run();
                for (Buffer b : plan.program().buffers(Role.OUTPUT)) {
                    assertClose(b, session.read(b), java.read(b));
                }
            }
        }
    }

    private static void assertClose(Buffer b, float[] found, float[] right) {
        float largest = 0;
        for (float v : right) {
            largest = Math.max(largest, Math.abs(v));
        }
        for (int i = 0; i < right.length; i++) {
            assertThat(found[i]).as("%s[%d]", b.name(), i).isCloseTo(right[i], Offset.offset(1e-3f * largest + 1e-5f));
        }
    }
}
