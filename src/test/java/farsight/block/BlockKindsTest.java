package farsight.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import example.MeanContext;
import farsight.block.spec.SpecException;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The library's kinds of block, and kinds added by others. */
class BlockKindsTest {

    /** A kind like gc, but for what a test says. */
    public static class Other implements BlockKind<Gc> {

        @Override
        public String name() {
            return "other";
        }

        @Override
        public Class<Gc> type() {
            return Gc.class;
        }

        @Override
        public Look look() {
            return new Look("Other", 0);
        }

        @Override
        public Growth growth(Gc block) {
            return Growth.CONSTANT;
        }

        @Override
        public List<String> fields() {
            return List.of();
        }

        @Override
        public Gc read(SpecFields fields, int channels) {
            return Gc.of(channels);
        }

        @Override
        public void write(Gc block, SpecWriter spec) {}
    }

    /** Has the name of one of the library's kinds. */
    public static final class SecondGc extends Other {
        @Override
        public String name() {
            return "gc";
        }
    }

    /** Has the name of one that is not the library's. */
    public static final class SecondMeanContext extends Other {
        @Override
        public String name() {
            return "mean-context";
        }
    }

    /** Has a variant with the name of a variant. */
    public static final class SecondVariant extends Other {
        @Override
        public List<Variant> variants() {
            return List.of(new Variant("gc-r4", "{}"));
        }
    }

    /** Is called as a variant of another. */
    public static final class CalledAsAVariant extends Other {
        @Override
        public String name() {
            return "dense-softmax";
        }
    }

    /** Cannot be made. */
    public static final class Throwing extends Other {
        public Throwing() {
            throw new IllegalStateException("no licence\nfound");
        }
    }

    /** Throws when it is asked. */
    public static final class ThrowingLater extends Other {
        @Override
        public Look look() {
            throw new UnsupportedOperationException("no look");
        }
    }

    /** Has a bug. */
    public static final class Wrong extends Other {
        @Override
        public Look look() {
            throw new AssertionError("a bug");
        }
    }

    /** Lacks what is asked of it. */
    public static final class Nameless extends Other {
        @Override
        @SuppressWarnings("NullAway")
        public String name() {
            return null;
        }
    }

    /** Has a name that is no word of a command line. */
    public static final class Spaced extends Other {
        @Override
        public String name() {
            return "my block";
        }
    }

    /** Has a variant that is no JSON. */
    public static final class BrokenVariant extends Other {
        @Override
        public List<Variant> variants() {
            return List.of(new Variant("other-2", "ratio=2"));
        }
    }

    /** Has a colour with a fourth byte. */
    public static final class Transparent extends Other {
        @Override
        public Look look() {
            return new Look("Other", 0x80FFFFFF);
        }
    }

    @TempDir
    private Path folder;

    private BlockKinds with(String providers) throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve("farsight.block.BlockKind"), providers);
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {url()}, getClass().getClassLoader())) {
            return BlockKinds.load(loader);
        }
    }

    private URL url() throws MalformedURLException {
        return folder.toUri().toURL();
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of(SecondGc.class, "two classes register a block kind 'gc': farsight.block.Gc$Kind and "),
                Arguments.of(
                        SecondMeanContext.class,
                        "two classes register a block kind 'mean-context': example.MeanContext$Kind and "),
                Arguments.of(SecondVariant.class, "two classes register a block 'gc-r4': farsight.block.Gc$Kind and "),
                Arguments.of(
                        CalledAsAVariant.class,
                        "two classes register a block 'dense-softmax': farsight.block.Dense$Kind and "),
                Arguments.of(Throwing.class, "java.lang.IllegalStateException: no licence"),
                Arguments.of(ThrowingLater.class, "java.lang.UnsupportedOperationException: no look"),
                Arguments.of(Wrong.class, "java.lang.AssertionError: a bug"),
                Arguments.of(Nameless.class, "java.lang.NullPointerException"),
                Arguments.of(Spaced.class, "its name is 'my block'; expected small letters, digits and hyphens"),
                Arguments.of(BrokenVariant.class, "not valid JSON"),
                Arguments.of(Transparent.class, "its colour is none of"),
                Arguments.of(MeanContext.class, "not a subtype"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void aClassThatCannotBeRegisteredGivesOneLineThatNamesIt(Class<?> provider, String why) {
        assertThatThrownBy(() -> with(provider.getName()))
                .isInstanceOf(RegistrationException.class)
                .hasMessageContaining(why)
                .hasMessageContaining(provider.getName())
                .message()
                .satisfies(m -> assertThat(m.lines()).hasSize(1));
    }

    @Test
    void aMissingClassIsNamed() {
        assertThatThrownBy(() -> with("com.example.Lost"))
                .isInstanceOf(RegistrationException.class)
                .hasMessageContaining("com.example.Lost not found");
    }

    @Test
    void libraryKindsComeFirstInReadingOrder() {
        assertThat(BlockSpec.kinds())
                .containsExactly(
                        "dense",
                        "nonlocal",
                        "pam",
                        "cam",
                        "efficient",
                        "double",
                        "crisscross",
                        "nystrom",
                        "ema",
                        "latentgnn-talk",
                        "latentgnn",
                        "snl",
                        "gc",
                        "se",
                        "mean-context");
        assertThat(NamedBlock.names())
                .contains("gc", "gc-r4", "mean-context", "mean-context-plain")
                .doesNotHaveDuplicates();
    }

    @Test
    void labelsAndColoursOfKindsAreDistinct() {
        assertThat(BlockKinds.all())
                .extracting(BlockKind::look)
                .extracting(BlockKind.Look::colour)
                .doesNotHaveDuplicates();
        assertThat(NamedBlock.names().stream()
                        .map(name -> NamedBlock.of(name).orElseThrow().label()))
                .doesNotHaveDuplicates();
    }

    @Test
    void aNamedBlockHasADIfItsKindDoes() {
        for (String name : NamedBlock.names()) {
            NamedBlock named = NamedBlock.of(name).orElseThrow();
            assertThat(named.block(16, 5).latentDims()).as(name).isEqualTo(named.latent() ? List.of(5) : List.of());
        }
    }

    @Test
    void aDOfSeveralFieldsSetsEachOfThem() {
        NamedBlock block = new NamedBlock(
                "bases",
                "Bases",
                new Other() {
                    @Override
                    public java.util.Optional<Latent> latent() {
                        return java.util.Optional.of(new Latent(List.of("m", "n"), false));
                    }
                },
                "{}");
        assertThat(block.latent(List.of(7)).toString()).isEqualTo("{\"m\":7,\"n\":7}");
        // Where one number is expected a list is refused by its name.
        assertThat(block.latent(List.of(7, 8)).toString()).isEqualTo("{\"m\":[7,8],\"n\":[7,8]}");
    }

    @Test
    void growthTermsMatchTheBlocks() {
        assertThat(BlockKinds.growth(Dense.of(8)).pairs()).isTrue();
        assertThat(BlockKinds.growth(NonLocal.of(8)).term()).isEqualTo("N²");
        assertThat(BlockKinds.growth(NonLocal.of(8).withAttention(NonLocal.Attention.STREAMING)))
                .isEqualTo(BlockKind.Growth.POSITIONS);
        assertThat(BlockKinds.growth(LatentGnn.of(8, 2)).term()).isEqualTo("N·C/stride");
        assertThat(BlockKinds.growth(LatentGnn.of(8, 2).withMode(LatentGnn.Mode.SYMMETRIC))
                        .term())
                .isEqualTo("N·d");
        assertThat(BlockKinds.growth(LatentGnnTalk.of(8, 2)).term()).isEqualTo("N·d");
        assertThat(BlockKinds.growth(Pam.of(8))).isEqualTo(BlockKind.Growth.POSITIONS);
        assertThat(BlockKinds.growth(Pam.of(8).withAttention(NonLocal.Attention.FULL))
                        .pairs())
                .isTrue();
        assertThat(BlockKinds.growth(Efficient.of(8, 2)).term()).isEqualTo("N·d");
        assertThat(BlockKinds.growth(DoubleAttention.of(8, 2, 3)).term()).isEqualTo("N·d");
        assertThat(BlockKinds.growth(new Cam(8)).power()).isZero();
        assertThat(BlockKinds.growth(Nystrom.of(8, 2)).term()).isEqualTo("N·d");
        assertThat(BlockKinds.growth(Ema.of(8, 2)).term()).isEqualTo("N·d");
        assertThat(BlockKinds.growth(CrissCross.of(8))).isEqualTo(new BlockKind.Growth("N·(H+W)", 1.5));
        assertThat(BlockKinds.growth(Se.of(16)).power()).isZero();
    }

    @Test
    void writingABlockWithoutAnEntryFails() {
        record Stray(int channels) implements Block {
            @Override
            public String kind() {
                return "gc";
            }

            @Override
            public List<Parameter> parameters() {
                return List.of();
            }

            @Override
            public farsight.program.Buffer forward(farsight.tape.Tape t, farsight.program.Buffer x, BlockContext p) {
                return x;
            }
        }
        assertThatThrownBy(() -> BlockSpec.write(new Stray(4)))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("Stray")
                .hasMessageContaining("'gc'")
                .hasMessageContaining("META-INF/services/farsight.block.BlockKind");
    }
}
