package farsight.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.block.spec.SpecException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A spec gives a block, or one line that names the fault. */
class BlockSpecTest {

    static Stream<Block> forms() {
        return Forms.all().stream();
    }

    @ParameterizedTest
    @MethodSource("forms")
    void parsingAWrittenSpecGivesAnEqualBlock(Block block) {
        String spec = BlockSpec.write(block);
        assertThat(BlockSpec.parse(spec)).isEqualTo(block);
        assertThat(BlockSpec.parse("\ufeff" + spec)).isEqualTo(block);
        // Everything that is written is a field that may be read.
        for (String field : BlockSpec.fields(BlockKinds.of(block))) {
            assertThatThrownBy(() -> BlockSpec.parse(spec.replace("{\"block\"", "{\"x" + field + "\":1,\"block\"")))
                    .hasMessageContaining("unknown field \"x" + field + "\"");
        }
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refused(String spec) {
        return assertThatThrownBy(() -> BlockSpec.parse(spec)).isInstanceOf(SpecException.class);
    }

    @Test
    void anUnknownFieldIsReportedBeforeAMissingOneWithASuggestion() {
        refused("{\"block\":\"gc\",\"chanels\":64}")
                .hasMessageContaining("\"chanels\"")
                .hasMessageContaining("did you mean \"channels\"?");
        refused("{\"blok\":\"gc\"}").hasMessageContaining("\"blok\"").hasMessageContaining("\"block\"?");
        refused("{\"block\":\"latentgnn\",\"latent_dims\":[4]}").hasMessageContaining("\"latentDims\"?");
        refused("{\"block\":\"nonlocl\",\"channels\":4}").hasMessageContaining("\"nonlocal\"?");
        refused("{\"block\":\"se\",\"channels\":64,\"activation\":\"slu\"}").hasMessageContaining("\"silu\"?");
        refused("{\"block\":\"gc\",\"channels\":64,\"fusion\":[\"add\"]}").hasMessageContaining("\"channel_add\"?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"block\"",
                "{\"block\": \"gc\",\n}",
                "{\"block\": \"gc\"} x",
                "{\"block\":\"gc\",\"block\":\"se\"}",
                "{\"channels\": NaN}",
                "{'block': 1}",
                "{\"block\": \u0007}",
                "\ufeff\ufeff{}",
                "nul",
                "{\"a\": 01}",
                "[1,",
                "\"\ud800"
            })
    void whatIsNoJsonIsToldWithItsPlace(String text) {
        refused(text)
                .message()
                .satisfies(m -> assertThat(m).matches("not valid JSON at line \\d+, column \\d+: .+|empty; .+"));
    }

    @Test
    void syntaxErrorsGiveLineAndColumnFromOne() {
        refused("{\"block\": \"gc\",\n  \"channels\": x}").hasMessageContaining("line 2, column 15");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e400",
                "-1e400",
                "1e999999999",
                "1.5",
                "1e2",
                "0",
                "-3",
                "2147483648",
                "\"64\"",
                "null",
                "[64]",
                "{}",
                "true"
            })
    void aCountIsAWholeNumber(String value) {
        refused("{\"block\":\"gc\",\"channels\":" + value + "}").hasMessageContaining("at least 1");
    }

    @Test
    void numbersBeyondADoubleAndDeepNestingAreRefused() {
        for (String value :
                List.of("1" + "0".repeat(310), "1e400", "-1e400", "[".repeat(100_000), "1".repeat(100_000))) {
            refused("{\"block\":\"gc\",\"channels\":64,\"ratio\":" + value + "}");
        }
    }

    @Test
    void theGridOfNonLocalHasOneToThreeAxes() {
        String spec = "{\"block\":\"nonlocal\",\"channels\":8,\"grid\":\"%s\"}";
        assertThat(BlockSpec.parse(spec.formatted("1d")))
                .isEqualTo(NonLocal.of(8).withGrid(Grid.Kind.LINE));
        assertThat(BlockSpec.parse(spec.formatted("2d"))).isEqualTo(NonLocal.of(8));
        assertThat(BlockSpec.parse(spec.formatted("3d")))
                .isEqualTo(NonLocal.of(8).withGrid(Grid.Kind.VIDEO));
        refused(spec.formatted("4d")).hasMessageContaining("field \"grid\" is \"4d\"; it must be one of 1d, 2d, 3d");
    }

    @Test
    void theMomentumOfEmaIsFromZeroToBelowOne() {
        String spec = "{\"block\":\"ema\",\"channels\":8,\"bases\":3,\"momentum\":%s}";
        assertThat(BlockSpec.parse(spec.formatted("0.9"))).isEqualTo(Ema.of(8, 3));
        for (String momentum : List.of("1", "-0.1")) {
            refused(spec.formatted(momentum)).hasMessageContaining("momentum").hasMessageContaining("below 1");
        }
    }

    @Test
    void squeezeExcitationHasTheOptionsOfItsNetworks() {
        assertThat(BlockSpec.parse("{\"block\":\"se\",\"channels\":64}"))
                .isEqualTo(new Se(64, 4, Se.Activation.RELU, Se.Gate.SIGMOID));
        assertThat(
                        BlockSpec.parse(
                                "{\"block\":\"se\",\"channels\":64,\"squeeze\":6,\"activation\":\"silu\",\"gate\":\"hardsigmoid\"}"))
                .isEqualTo(new Se(64, 6, Se.Activation.SILU, Se.Gate.HARDSIGMOID));
    }

    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"block\"",
            "\"gc\"",
            "\"latentgnn\"",
            "\"channels\"",
            "\"latentDims\"",
            "\"ratio\"",
            "\"fusion\"",
            "64",
            "-1",
            "1e400",
            "null",
            "true",
            "\n",
            "\u001b[31m",
            "\u0007",
            "\u202e",
            "\ud800",
            "\ufeff",
            "ö",
            "\\",
            "\"\\n\\u001b\"",
            "{\"block\":\"gc\",\"channels\":64,");

    /** Pieces of specs and what breaks a terminal, in any order; now and then far too long. */
    private static String random(Random random) {
        List<String> pieces = new ArrayList<>();
        int count = random.nextInt(12);
        for (int i = 0; i < count; i++) {
            String piece = PIECES.get(random.nextInt(PIECES.size()));
            pieces.add(random.nextInt(40) == 0 ? piece.repeat(20_000) : piece);
        }
        return String.join("", pieces);
    }

    @Test
    void anyTextGivesABlockOrOneShortPrintableLine() {
        Random random = new Random(7);
        for (int i = 0; i < 5_000; i++) {
            String text = random(random);
            try {
                BlockSpec.parse(text);
            } catch (SpecException e) {
                assertThat(e.getMessage()).hasSizeLessThanOrEqualTo(801).isNotBlank();
                assertThat(e.getMessage().codePoints())
                        .allSatisfy(c -> assertThat(Character.isISOControl(c)
                                        || Character.getType(c) == Character.FORMAT
                                        || Character.getType(c) == Character.SURROGATE)
                                .isFalse());
            }
        }
    }
}
