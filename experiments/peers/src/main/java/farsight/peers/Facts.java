package farsight.peers;

import farsight.engine.Engines;
import farsight.peers.problem.Side;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/** Which build of a side has run. */
final class Facts {

    private Facts() {}

    /** In a line. */
    static String of(Side side) {
        return switch (side) {
            case FARSIGHT ->
                "%s; %s"
                        .formatted(
                                System.getProperty("farsight.commit", "unknown commit"),
                                Engines.vector().description());
            case LIBTORCH ->
                "bytedeco pytorch %s%s, %s"
                        .formatted(
                                torch.class.getPackage().getImplementationVersion(), parts(), blas("libopenblas.so"));
            case OPENBLAS ->
                "bytedeco openblas %s, %s"
                        .formatted(
                                openblas_nolapack.class.getPackage().getImplementationVersion(),
                                blas("libopenblas_nolapack.so"));
        };
    }

    /** What libtorch says of itself and of the libraries below it. */
    private static String parts() {
        return Pattern.compile("MKL-DNN v[0-9.]+|Intel\\(R\\) oneAPI Math Kernel Library Version [0-9.]+|OpenMP \\d+"
                        + "|CPU capability usage: \\w+|BLAS_INFO=\\w+|USE_MKLDNN=\\w+|USE_NNPACK=\\w+"
                        + "|TORCH_VERSION=[0-9.]+")
                .matcher(torch.show_config().getString())
                .results()
                .map(m -> ", " + m.group())
                .distinct()
                .collect(Collectors.joining());
    }

    /** Which of its kernels OpenBLAS has chosen for this processor, and how it was built: as the library in use says. */
    private static String blas(String library) {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"));
                Arena arena = Arena.ofConfined()) {
            Path file = maps.filter(line -> line.contains("/" + library))
                    .map(line -> Path.of(line.substring(line.indexOf('/'))))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(library + " is not loaded"));
            SymbolLookup symbols = SymbolLookup.libraryLookup(file, arena);
            return "OpenBLAS kernels: %s (%s)"
                    .formatted(
                            text(symbols, "openblas_get_corename"),
                            text(symbols, "openblas_get_config").strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(SymbolLookup symbols, String function) {
        var call = Linker.nativeLinker()
                .downcallHandle(symbols.findOrThrow(function), FunctionDescriptor.of(ValueLayout.ADDRESS));
        try {
            MemorySegment text = (MemorySegment) call.invokeExact();
            return text.reinterpret(Long.MAX_VALUE).getString(0);
        } catch (Throwable e) {
            throw new LinkageError(function, e);
        }
    }
}
