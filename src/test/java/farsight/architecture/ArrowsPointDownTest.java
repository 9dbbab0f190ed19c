package farsight.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArrowsPointDownTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("farsight");

    /** What each package may use of ours. */
    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            Map.entry("kernel", List.of()),
            Map.entry("kernel.group", List.of("kernel")),
            Map.entry("vector", List.of("kernel")),
            Map.entry("vector.attention", List.of("vector")),
            Map.entry("vector.image", List.of("vector", "kernel")),
            Map.entry("vector.training", List.of("vector", "kernel")),
            Map.entry("program", List.of()),
            Map.entry("op", List.of("kernel", "kernel.group", "vector", "program")),
            Map.entry("op.element", List.of("op", "kernel", "vector", "program")),
            Map.entry("op.layout", List.of("op", "kernel", "vector", "program")),
            Map.entry("op.sum", List.of("op", "kernel", "kernel.group", "vector", "program")),
            Map.entry(
                    "op.image", List.of("op.sum", "op", "kernel", "kernel.group", "vector.image", "vector", "program")),
            Map.entry("op.norm", List.of("op.sum", "op", "kernel", "kernel.group", "vector", "program")),
            Map.entry("op.loss", List.of("op.sum", "op", "kernel", "kernel.group", "vector.training", "program")),
            Map.entry("op.update", List.of("op.sum", "op", "kernel", "kernel.group", "vector.training", "program")),
            Map.entry(
                    "op.product",
                    List.of("op.norm", "op.element", "op.sum", "op", "kernel", "kernel.group", "vector", "program")),
            Map.entry(
                    "op.attention",
                    List.of(
                            "op.product",
                            "op.norm",
                            "op.sum",
                            "op",
                            "kernel",
                            "kernel.group",
                            "vector.attention",
                            "vector",
                            "program")),
            Map.entry(
                    "tape",
                    List.of(
                            "op.attention",
                            "op.product",
                            "op.norm",
                            "op.element",
                            "op.layout",
                            "op.image",
                            "op.loss",
                            "op.sum",
                            "op",
                            "program")),
            Map.entry("engine", List.of("op", "program", "vector", "text")),
            Map.entry("engine.tornado", List.of("engine", "op", "program")),
            Map.entry("text", List.of()),
            Map.entry("block.spec", List.of("text")),
            Map.entry("block", List.of("block.spec", "tape", "program", "text")),
            Map.entry("data", List.of("text")),
            Map.entry("data.image", List.of("data")),
            Map.entry("data.points", List.of("data")),
            Map.entry("listing", List.of("engine.tornado", "engine", "program")),
            Map.entry("doctor", List.of("engine", "op.product", "program", "vector")),
            Map.entry(
                    "model",
                    List.of(
                            "block",
                            "block.spec",
                            "tape",
                            "engine",
                            "program",
                            "data.image",
                            "data.points",
                            "data",
                            "text")),
            Map.entry(
                    "network",
                    List.of("block", "block.spec", "tape", "op.image", "op.update", "program", "data", "text")),
            Map.entry(
                    "train",
                    List.of(
                            "network",
                            "model",
                            "block",
                            "block.spec",
                            "tape",
                            "op.update",
                            "engine",
                            "program",
                            "data")),
            Map.entry(
                    "task",
                    List.of("train", "network", "block", "block.spec", "data.image", "data.points", "data", "text")),
            Map.entry("check", List.of("model", "block", "engine", "data")),
            Map.entry("sweep", List.of("model", "block", "engine", "program", "data.image", "data", "text")),
            Map.entry(
                    "inspect",
                    List.of(
                            "model",
                            "block",
                            "tape",
                            "engine",
                            "program",
                            "data.image",
                            "data.points",
                            "data",
                            "kernel")),
            Map.entry(
                    "evidence",
                    List.of(
                            "task",
                            "train",
                            "network",
                            "inspect",
                            "model",
                            "block",
                            "block.spec",
                            "engine",
                            "program",
                            "data",
                            "text")),
            Map.entry(
                    "advise",
                    List.of(
                            "evidence",
                            "inspect",
                            "sweep",
                            "model",
                            "block",
                            "block.spec",
                            "engine",
                            "program",
                            "data")),
            Map.entry("report.chart", List.of("sweep", "block", "block.spec", "engine", "data")),
            Map.entry(
                    "report",
                    List.of(
                            "report.chart",
                            "evidence",
                            "train",
                            "task",
                            "network",
                            "inspect",
                            "sweep",
                            "model",
                            "block",
                            "data.image",
                            "data",
                            "text")),
            Map.entry("cli.output", List.of("engine", "data", "text")),
            Map.entry(
                    "cli.option",
                    List.of(
                            "cli.output",
                            "sweep",
                            "task",
                            "train",
                            "network",
                            "model",
                            "block",
                            "block.spec",
                            "engine",
                            "program",
                            "data",
                            "text")),
            Map.entry(
                    "cli.network",
                    List.of(
                            "cli.option",
                            "cli.output",
                            "report",
                            "report.chart",
                            "evidence",
                            "task",
                            "train",
                            "network",
                            "model",
                            "block",
                            "block.spec",
                            "engine",
                            "program",
                            "data",
                            "text")),
            Map.entry(
                    "cli.advise",
                    List.of(
                            "cli.option",
                            "cli.output",
                            "report.chart",
                            "advise",
                            "evidence",
                            "inspect",
                            "sweep",
                            "model",
                            "block",
                            "engine")),
            Map.entry(
                    "cli",
                    List.of(
                            "cli.advise",
                            "cli.network",
                            "cli.option",
                            "cli.output",
                            "report",
                            "report.chart",
                            "inspect",
                            "sweep",
                            "check",
                            "model",
                            "block",
                            "block.spec",
                            "engine",
                            "program",
                            "data.points",
                            "data",
                            "listing",
                            "doctor",
                            "text")));

    static Stream<String> packages() {
        return MAY_USE.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void aPackageUsesOnlyPackagesBelowIt(String name) {
        List<String> forbidden = new ArrayList<>(MAY_USE.keySet());
        forbidden.remove(name);
        forbidden.removeAll(MAY_USE.get(name));
        String[] packages = forbidden.stream().map(p -> "farsight." + p).toArray(String[]::new);
        com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses()
                .that()
                .resideInAPackage("farsight." + name)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .check(CLASSES);
    }

    @Test
    void kernelsUseTornadoAndNothingElse() {
        classes()
                .that()
                .resideInAPackage("farsight.kernel..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "farsight.kernel..", "java.lang", "uk.ac.manchester.tornado.api..", "org.jspecify.annotations")
                .check(CLASSES);
    }

    @Test
    void everyPackageHasItsRule() {
        assertThat(CLASSES.stream().map(c -> c.getPackageName()).distinct())
                .allSatisfy(p -> assertThat(MAY_USE).containsKey(p.replace("farsight.", "")));
    }
}
