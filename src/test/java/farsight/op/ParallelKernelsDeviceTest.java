package farsight.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import farsight.block.Block;
import farsight.block.BlockProgram;
import farsight.block.Forms;
import farsight.block.Grid;
import farsight.block.Pass;
import farsight.engine.Devices;
import farsight.engine.Engine;
import farsight.engine.KernelCode;
import farsight.engine.OnDevice;
import farsight.engine.tornado.KernelChoice;
import farsight.engine.tornado.KernelUse;
import farsight.program.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * TornadoVM silently runs a loop that it does not recognise as parallel from end to end in one work-item. The test
 * reads the code of every kernel: a parallel loop asks for its work-item's index.
 */
@OnDevice
class ParallelKernelsDeviceTest {

    /** Loops of which TornadoVM knows the first alone as parallel. */
    static final class Loops {
        private Loops() {}

        static void upwards(FloatArray x, int n) {
            for (@Parallel int i = 0; i < n; i++) {
                x.set(i, 1);
            }
        }

        static void downwards(FloatArray x, int n) {
            for (@Parallel int i = n; i > 0; i--) {
                x.set(i - 1, 1);
            }
        }

        static void oneOfTwo(FloatArray x, int n) {
            for (int i = 0; i < n; i++) {
                x.set(i, 1);
            }
            for (@Parallel int i = 0; i < n; i++) {
                x.set(i, 2);
            }
        }

        static void unmarked(FloatArray x, int n) {
            for (int i = 0; i < n; i++) {
                x.set(i, 1);
            }
        }
    }

    static Stream<Arguments> devicesAndChoices() {
        return Devices.present().stream()
                .flatMap(e -> Stream.of("plain", "groups").map(choice -> Arguments.of(e.id(), choice, e)));
    }

    /** Whether the code asks which work-item it is. */
    private static boolean parallel(KernelCode code) {
        return switch (code.extension()) {
            case "cl" -> code.text().contains("get_global_id(") || code.text().contains("get_group_id(");
            case "ptx" -> code.text().contains("%tid.") && code.text().contains("%ctaid.");
            case "spvasm" -> code.text().contains("BuiltIn GlobalInvocationId");
            case "cu" -> code.text().contains("threadIdx.") && code.text().contains("blockIdx.");
            case "metal" -> code.text().contains("thread_position_in_grid");
            default -> throw new IllegalArgumentException("no rule for " + code.language());
        };
    }

    /**
     * Loops of OpenCL C that start at the work-item's id and go on by the number of items, as
     * {@code i_4 = get_global_id(0); i_5 = i_4; for(;i_5 < n;)}; and whether the first loop of the code is one.
     */
    private record Heads(int parallel, boolean first) {
        private static final Pattern ID = Pattern.compile("(\\w+)\\s*=\\s*get_global_id\\(0\\);");

        static Heads of(String code) {
            Set<String> ids = ID.matcher(code).results().map(m -> m.group(1)).collect(Collectors.toSet());
            List<Boolean> loops = Pattern.compile("\\w+\\s*=\\s*(\\w+);\\s*for\\(;")
                    .matcher(code)
                    .results()
                    .map(m -> ids.contains(m.group(1)))
                    .toList();
            return new Heads(
                    Math.toIntExact(loops.stream().filter(b -> b).count()), !loops.isEmpty() && loops.getFirst());
        }
    }

    /** How often the source of a plain kernel marks a loop, and how many of its loops are in no other. */
    private static Map<String, int[]> sources() throws IOException {
        Map<String, int[]> all = new TreeMap<>();
        Pattern method = Pattern.compile("\n    public static void (\\w+)\\(.*?\n    }\n", Pattern.DOTALL);
        try (Stream<Path> files = Files.list(Path.of("src/main/java/farsight/kernel"))) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith("Kernels.java")).toList()) {
                method.matcher(Files.readString(file))
                        .results()
                        .forEach(m -> all.put(
                                file.getFileName().toString().replace(".java", "") + "." + m.group(1),
                                new int[] {count(m.group(), "@Parallel"), count(m.group(), "\n        for (")}));
            }
        }
        return all;
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    /** A second loop beside the marked one would run from end to end in every work-item. */
    @Test
    void everyPlainKernelHasOneOutermostLoopMarkedParallel() throws IOException {
        assertThat(sources())
                .hasSizeGreaterThan(40)
                .allSatisfy((name, loops) -> assertThat(loops).as(name).containsExactly(1, 1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void theMarkedLoopOfEveryPlainKernelStartsAtTheItemsId(String id, Engine device) throws IOException {
        assumeThat(id).as("the rule for OpenCL C").startsWith("opencl:");
        Set<String> marked = sources().keySet();
        Map<String, Heads> heads = new TreeMap<>();
        kernels(device, "plain").forEach((method, use) -> {
            String name = method.type().getSimpleName() + "." + method.name();
            if (marked.contains(name)) {
                heads.put(name, Heads.of(use.code(device).orElseThrow().text()));
            }
        });
        assertThat(heads)
                .hasSizeGreaterThan(40)
                .allSatisfy((name, found) -> assertThat(found).as(name).isEqualTo(new Heads(1, true)));
        FloatArray x = new FloatArray(2);
        assertThat(Heads.of(code(device, TaskPackage.createPackage("unmarked", Loops::unmarked, x, 2000))
                        .text()))
                .isEqualTo(new Heads(0, false));
        assertThat(Heads.of(code(device, TaskPackage.createPackage("oneOfTwo", Loops::oneOfTwo, x, 2000))
                        .text()))
                .isEqualTo(new Heads(1, false));
    }

    private static Stream<Program> programs() {
        Stream<Program> blocks = Forms.all().stream()
                .flatMap((Block b) -> Stream.of(Pass.values())
                        .map(pass -> BlockProgram.of(b, 2, Forms.lie(b, new Grid(4, 6)), pass)
                                .program()));
        return Stream.concat(blocks, OpCases.all(Sizes.DEVICE).map(OpCase::program));
    }

    /** Every kernel that a device runs of any program here, by its method. */
    private static Map<KernelMethod, KernelUse> kernels(Engine device, String choice) {
        System.setProperty(KernelChoice.PROPERTY, choice);
        try {
            Map<KernelMethod, KernelUse> kernels = new LinkedHashMap<>();
            programs()
                    .flatMap(p -> KernelUse.of(p, device).stream())
                    .forEach(k -> kernels.putIfAbsent(new KernelMethod(k.type(), k.method()), k));
            return kernels;
        } finally {
            System.clearProperty(KernelChoice.PROPERTY);
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("devicesAndChoices")
    void everyKernelIsCompiledToParallelCode(String id, String choice, Engine device) {
        assertThat(System.getProperty("tornado.recover.bailout")).isEqualToIgnoringCase("false");
        Set<String> serial = new TreeSet<>();
        kernels(device, choice).forEach((method, use) -> {
            if (!parallel(use.code(device).orElseThrow())) {
                serial.add(method.toString());
            }
        });
        assertThat(serial).isEmpty();
    }

    /** The kernels of package {@code farsight.kernel} are its public methods that return nothing. */
    @Test
    void everyKernelIsTested() {
        Set<String> written = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("farsight.kernel")
                        .stream()
                        .flatMap(c -> c.getMethods().stream())
                        .filter(m -> m.getModifiers().containsAll(Set.of(JavaModifier.PUBLIC, JavaModifier.STATIC))
                                && m.getRawReturnType().isEquivalentTo(void.class))
                        .map(m -> m.getOwner().getSimpleName() + "." + m.getName())
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<String> seen = new TreeSet<>();
        for (String choice : new String[] {"plain", "groups"}) {
            kernels(Devices.present().getFirst(), choice)
                    .keySet()
                    .forEach(k -> seen.add(k.type().getSimpleName() + "." + k.name()));
        }
        assertThat(written).hasSizeGreaterThan(40).isSubsetOf(seen);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void aLoopThatTornadoVmDoesNotParallelizeIsDetected(String id, Engine device) {
        FloatArray x = new FloatArray(2);
        assertThat(parallel(code(device, TaskPackage.createPackage("upwards", Loops::upwards, x, 2))))
                .isTrue();
        // With bailout off TornadoVM refuses what it sees marked and cannot make parallel.
        TaskPackage downwards = TaskPackage.createPackage("downwards", Loops::downwards, x, 2);
        assertThatThrownBy(() -> code(device, downwards)).hasMessageContaining("Failed to parallelize");
        assertThat(parallel(code(device, TaskPackage.createPackage("unmarked", Loops::unmarked, x, 2))))
                .isFalse();
    }

    private static KernelCode code(Engine device, TaskPackage task) {
        return device.code(GridTask.plain(task)).orElseThrow();
    }

    static Stream<Arguments> devices() {
        return Devices.present().stream().map(e -> Arguments.of(e.id(), e));
    }
}
