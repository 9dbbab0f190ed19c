package farsight.op;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import farsight.engine.Engines;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OperationTest {

    static Stream<OpCase> cases() {
        return OpCases.all(Sizes.HOST);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void everyHostEngineMatchesTheEquation(OpCase c) {
        c.check(Engines.find("java"), Errors.HOST);
        c.check(Engines.find("vector"), Errors.HOST);
    }

    @Test
    void everyOperationIsTested() {
        Set<String> operations = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("farsight.op").stream()
                        .filter(c -> c.isAssignableTo(Op.class) && !c.isInterface())
                        .map(JavaClass::getName)
                        .collect(Collectors.toSet());
        assertThat(OpCases.all(Sizes.DEVICE)
                        .map(c -> c.op().getClass().getName())
                        .collect(Collectors.toSet()))
                .isEqualTo(operations);
    }
}
