package farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Narrower vectors than this processor's, and a JVM without the Vector API, each in a separate JVM. */
class VectorWidthTest {

    /** By which the Vector API can be loaded, as ./farsight and the manifest of the jar give it. */
    private static final String LOADABLE = "--add-exports=java.base/jdk.internal.module=ALL-UNNAMED";

    /** 128 bit is what NEON has, 256 bit AVX2; a processor that has less takes what it has. */
    @ParameterizedTest
    @ValueSource(ints = {128, 256})
    void everyOperationAndBlockIsRightWithVectorsOfThatWidth(int bits) throws IOException, InterruptedException {
        String said = run(LOADABLE, "-XX:MaxVectorSize=" + bits / 8);
        assertThat(said)
                .doesNotContain("WARNING")
                .containsPattern("\\d\\d+ operations, \\d\\d+ blocks, vector: Vector API, (128|" + bits + ") bit");
    }

    /** The JVM's own way, with its warning. */
    @Test
    void theVectorApiIsUsedWithAddModules() throws IOException, InterruptedException {
        assertThat(run("--add-modules=jdk.incubator.vector", "-XX:MaxVectorSize=16"))
                .startsWith("WARNING: Using incubator modules")
                .contains("vector: Vector API");
    }

    @Test
    void withoutTheVectorApiThePlainLoopsAreRight() throws IOException, InterruptedException {
        assertThat(run()).containsPattern("\\d\\d+ operations, \\d\\d+ blocks, java: the plain loops as Java");
    }

    /** Vectors without an instruction for a·b + c would be a hundred times slower than the plain loops. */
    @Test
    void withoutFusedMultiplyAddsThePlainLoopsAreTaken() throws IOException, InterruptedException {
        assertThat(run(LOADABLE, "-XX:-UseFMA"))
                .containsPattern("\\d\\d+ operations, \\d\\d+ blocks, java: the plain loops as Java");
    }

    private static String run(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx1g", "-XX:MaxDirectMemorySize=4g"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), OneWidth.class.getName()));
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(p.waitFor()).as(said).isZero();
        return said;
    }
}
