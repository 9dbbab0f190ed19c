package farsight.peers;

import farsight.engine.Engines;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
                "bytedeco pytorch %s%s".formatted(torch.class.getPackage().getImplementationVersion(), parts());
            case OPENBLAS ->
                "bytedeco openblas %s"
                        .formatted(openblas_nolapack.class.getPackage().getImplementationVersion());
        };
    }

    /** What libtorch says of the libraries below it. */
    private static String parts() {
        return Pattern.compile(
                        "MKL-DNN v[0-9.]+|OpenMP \\d+|CPU capability usage: \\w+|BLAS_INFO=\\w+|TORCH_VERSION=[0-9.]+")
                .matcher(torch.show_config().getString())
                .results()
                .map(m -> ", " + m.group())
                .collect(Collectors.joining());
    }
}
