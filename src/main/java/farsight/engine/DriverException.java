package farsight.engine;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** TornadoVM was started but cannot list its devices; most often a driver does not work. */
public final class DriverException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What to do about it. */
    public static final String ADVICE = "`farsight doctor` looks at the drivers";

    /** {@code …/libtornado-ptx.so: libcuda.so.1: cannot open shared object file: …} */
    private static final Pattern MISSING =
            Pattern.compile("(lib[\\w.+-]+\\.so[.\\d]*): cannot open shared object file");

    private static final Pattern BACKEND = Pattern.compile("uk\\.ac\\.manchester\\.tornado\\.drivers\\.([a-z]+)\\..*");

    /** Colours of a terminal, in which TornadoVM writes its messages. */
    private static final Pattern COLOURS = Pattern.compile("\\e\\[[\\d;]*m");

    /** Describes the first cause of TornadoVM's failure. */
    public DriverException(Throwable failure) {
        super("TornadoVM cannot list its devices: " + text(first(failure)), failure);
    }

    private static Throwable first(Throwable failure) {
        Throwable first = failure;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        return first;
    }

    private static String text(Throwable cause) {
        String message = plain(cause.getMessage());
        String backend = backend(cause).orElse("");
        if (cause instanceof IndexOutOfBoundsException && !backend.isEmpty()) {
            // TornadoVM takes the first of a backend's devices as the default.
            return noDevice(backend);
        }
        if (message.contains("No ") && message.contains(" platforms found")) {
            return backend.equals("opencl")
                    ? "there is no OpenCL driver: /etc/OpenCL/vendors, or the folder that OCL_ICD_VENDORS names, has none that"
                            + " loads; install your GPU's, or PoCL for a processor"
                    : "its " + name(backend) + " backend finds no driver";
        }
        if (cause instanceof UnsatisfiedLinkError || message.contains("Library not found")) {
            return notLoaded(backend, message);
        }
        if (message.contains("OpenCL platform is not correct") || message.contains("Problem with OpenCL bindings")) {
            return "an OpenCL driver fails when it is asked for its devices; run clinfo to see which";
        }
        return cause.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + message);
    }

    private static String noDevice(String backend) {
        return backend.equals("opencl")
                ? "its OpenCL drivers have no device that it takes. From Mesa it takes only GPUs: set"
                        + " RUSTICL_DEVICE_TYPE=gpu for a processor. It skips a device of several types. A driver's own"
                        + " variables, such as POCL_DEVICES, may hide all devices"
                : "its " + name(backend) + " driver has no device that it takes";
    }

    /** The driver supplies what the native side needs. A backend that does not load stops the others too. */
    private static String notLoaded(String backend, String message) {
        Matcher found = MISSING.matcher(message);
        Optional<String> library = found.find() ? Optional.of(found.group(1)) : needed(backend);
        return "the native library of its %s backend cannot be loaded%s; %s"
                .formatted(
                        name(backend),
                        library.map(l -> ", most likely because " + l + " is missing")
                                .orElse(message.isEmpty() ? "" : " (" + message + ")"),
                        backend.equals("opencl")
                                ? "install an OpenCL loader (Debian: ocl-icd-libopencl1)"
                                : "a backend without its driver stops the others too: use an SDK of the backend that"
                                        + " this machine has");
    }

    private static Optional<String> needed(String backend) {
        return switch (backend) {
            case "opencl" -> Optional.of("libOpenCL.so.1");
            case "ptx", "cuda" -> Optional.of("libcuda.so.1");
            case "spirv" -> Optional.of("libze_loader.so.1");
            default -> Optional.empty();
        };
    }

    /** The backend whose driver failed, from the stack trace. */
    private static Optional<String> backend(Throwable cause) {
        return Arrays.stream(cause.getStackTrace())
                .map(frame -> BACKEND.matcher(frame.getClassName()))
                .filter(Matcher::matches)
                .map(m -> m.group(1))
                .findFirst();
    }

    private static String name(String backend) {
        return switch (backend) {
            case "opencl" -> "OpenCL";
            case "spirv" -> "SPIR-V";
            case "metal" -> "Metal";
            case "" -> "device";
            default -> backend.toUpperCase(Locale.ROOT);
        };
    }

    /** The first line that has text. */
    private static String plain(@Nullable String message) {
        return message == null
                ? ""
                : COLOURS.matcher(message)
                        .replaceAll("")
                        .lines()
                        .map(String::strip)
                        .filter(l -> !l.isEmpty())
                        .findFirst()
                        .orElse("");
    }
}
