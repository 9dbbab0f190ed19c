package farsight.listing;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.Block;
import farsight.block.BlockProgram;
import farsight.block.Forms;
import farsight.block.Grid;
import farsight.block.Pass;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.KernelCode;
import farsight.engine.Limits;
import farsight.engine.Session;
import farsight.engine.tornado.KernelUse;
import farsight.op.GridTask;
import farsight.op.GroupLimits;
import farsight.op.Op;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KernelListingTest {

    private static final Engine JAVA = Engines.find("java");

    private static Program program(Block block) {
        return BlockProgram.of(block, 1, Forms.lie(block, new Grid(4, 6)), Pass.FORWARD_BACKWARD)
                .program();
    }

    @Test
    void everyTaskOfEveryBlockBelongsToOneKernel() {
        for (Block block : Forms.all()) {
            Program program = program(block);
            long tasks = program.steps().stream()
                    .mapToLong(s -> ((Op) s).calls().size())
                    .sum();
            List<KernelUse> kernels = KernelUse.of(program, JAVA);
            assertThat(kernels).as(block.toString()).doesNotHaveDuplicates();
            assertThat(kernels.stream().flatMap(k -> k.tasks().stream()))
                    .as(block.toString())
                    .hasSize(Math.toIntExact(tasks))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void everyKernelIsShownWithItsJavadocItsLoopAndItsEnd() {
        Set<String> seen = new HashSet<>();
        for (Block block : Forms.all()) {
            for (KernelListing k : KernelListing.of(program(block), Engines.find("java"), Optional.empty())) {
                if (seen.add(k.method())) {
                    assertThat(k.java())
                            .as(k.method())
                            .contains("/**", "public static void " + k.method() + "(", "for (@Parallel int")
                            .endsWith("}");
                    assertThat(braces(k.java())).as(k.method()).isZero();
                    assertThat(k.code()).isEmpty();
                }
            }
        }
        assertThat(seen)
                .contains("projectWithBias", "matMul", "softmaxPositionsCombine")
                .hasSizeGreaterThan(30);
    }

    @Test
    void noTwoKernelsShareAName() {
        Map<String, Class<?>> types = new HashMap<>();
        for (Block block : Forms.all()) {
            for (KernelUse k : KernelUse.of(program(block), JAVA)) {
                Class<?> other = types.putIfAbsent(k.method(), k.type());
                assertThat(other == null || other.equals(k.type()))
                        .as(k.method())
                        .isTrue();
            }
        }
    }

    @Test
    void helpersAndConstantsAreListedWithTheirKernel() {
        JavaSource source = JavaSource.of(farsight.kernel.MatMulKernels.class);
        String method = source.method("matMul");
        assertThat(source.constants(method))
                .containsExactly(
                        "static final int BLOCK = 256;",
                        "static final int COLUMNS = 16;",
                        "static final int ROWS = 64;");
        assertThat(method).startsWith("/**").doesNotContain("matMulRightTransposed(");
    }

    @Test
    void aKernelThatDoesNotCompileIsListedWithTheReason() {
        Program program = program(Forms.all().getFirst());
        List<KernelListing> kernels = KernelListing.of(program, new Refusing(GroupLimits.NONE), Optional.empty());
        assertThat(kernels).extracting(KernelListing::method).isEqualTo(KernelListing.names(program, JAVA));
        assertThat(kernels).allSatisfy(k -> {
            assertThat(k.failure()).isEqualTo("IllegalStateException: no such instruction");
            assertThat(k.code()).isEmpty();
            assertThat(k.java()).contains(k.method());
        });
    }

    @Test
    void workGroupKernelsAreListedWithTheHelpersTheyCall() {
        Set<String> seen = new HashSet<>();
        for (Block block : Forms.all()) {
            Engine device = new Refusing(new GroupLimits(48 << 10, 1024));
            for (KernelListing k : KernelListing.of(program(block), device, Optional.empty())) {
                assertThat(k.java()).as(k.method()).contains("public static void " + k.method() + "(");
                assertThat(braces(k.java())).as(k.method()).isZero();
                if (k.java().contains("KernelContext ")) {
                    seen.add(k.type());
                }
                if (k.type().equals("MatMulGroups")) {
                    assertThat(k.java()).contains("// TileProduct").containsPattern("localBarrier\\(\\)");
                }
            }
        }
        assertThat(seen).contains("MatMulGroups", "RowGroups", "ColumnGroups", "FlashAttentionGroups");
    }

    /** A device whose compiler fails. */
    private record Refusing(GroupLimits groupLimits) implements Engine {

        @Override
        public String id() {
            return "refusing:0";
        }

        @Override
        public String description() {
            return "a device whose compiler fails";
        }

        @Override
        public Limits limits() {
            return Engines.find("java").limits();
        }

        @Override
        public Session open(MemoryPlan plan) {
            return Engines.find("java").open(plan);
        }

        @Override
        public Optional<KernelCode> code(GridTask task) {
            throw new IllegalStateException("no such instruction");
        }
    }

    private static long braces(String java) {
        return java.chars().filter(c -> c == '{').count()
                - java.chars().filter(c -> c == '}').count();
    }
}
