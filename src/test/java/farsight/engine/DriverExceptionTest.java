package farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** TornadoVM's errors for a missing or empty driver, in one line that says what to do. */
class DriverExceptionTest {

    private static Throwable thrown(Throwable e, String backend, String type) {
        e.setStackTrace(new StackTraceElement[] {
            new StackTraceElement("java.lang.ClassLoader", "loadLibrary", null, 1),
            new StackTraceElement("uk.ac.manchester.tornado.drivers." + backend + "." + type, "<init>", null, 72),
            new StackTraceElement("uk.ac.manchester.tornado.runtime.TornadoCoreRuntime", "loadBackends", null, 164)
        });
        return new ExceptionInInitializerError(new IllegalStateException("outer", e));
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(
                        thrown(
                                new ArrayIndexOutOfBoundsException("Index 0 out of bounds for length 0"),
                                "opencl",
                                "OCLBackendImpl"),
                        new String[] {"OpenCL drivers have no device", "RUSTICL_DEVICE_TYPE=gpu", "POCL_DEVICES"}),
                Arguments.of(
                        thrown(new IndexOutOfBoundsException("0"), "ptx", "PTXBackendImpl"),
                        new String[] {"its PTX driver has no device that it takes"}),
                Arguments.of(
                        thrown(
                                new IllegalStateException(
                                        "\u001B[31m[WARNING] No OpenCL platforms found. Deoptimizing to"
                                                + " sequential execution.\u001B[0m"),
                                "opencl",
                                "OCLBackendImpl"),
                        new String[] {"there is no OpenCL driver", "/etc/OpenCL/vendors", "install"}),
                Arguments.of(
                        thrown(
                                new IllegalStateException("[ERROR] No SPIR-V platforms found. Deoptimizing"),
                                "spirv",
                                "SPIRVBackendImpl"),
                        new String[] {"its SPIR-V backend finds no driver"}),
                Arguments.of(
                        thrown(new IllegalStateException("[ERROR] OpenCL JNI Library not found"), "opencl", "OpenCL"),
                        new String[] {
                            "native library of its OpenCL backend", "libOpenCL.so.1", "install an OpenCL loader"
                        }),
                Arguments.of(
                        thrown(
                                new UnsatisfiedLinkError(
                                        "/sdk/lib/libtornado-ptx.so: libcuda.so.1: cannot open shared object"
                                                + " file: No such file or directory"),
                                "ptx",
                                "PTX"),
                        new String[] {"native library of its PTX backend", "libcuda.so.1", "stops the others too"}),
                Arguments.of(
                        thrown(
                                new UnsatisfiedLinkError(
                                        "/sdk/lib/libtornado-cuda.so: libnvrtc.so.12: cannot open shared"
                                                + " object file: No such file or directory"),
                                "cuda",
                                "CUDADriver"),
                        new String[] {"native library of its CUDA backend", "because libnvrtc.so.12 is missing"}),
                Arguments.of(
                        thrown(new UnsatisfiedLinkError("no tornado-metal in java.library.path: ."), "metal", "Metal"),
                        new String[] {"native library of its Metal backend", "no tornado-metal in java.library.path"}),
                Arguments.of(
                        thrown(
                                new IllegalStateException(
                                        "[ERROR] Initialization of the OpenCL platform is not correct"),
                                "opencl",
                                "OpenCL"),
                        new String[] {"an OpenCL driver fails when it is asked for its devices", "clinfo"}),
                Arguments.of(
                        new IllegalStateException("\n  something else\nentirely"),
                        new String[] {"IllegalStateException: something else"}),
                Arguments.of(new NoClassDefFoundError(), new String[] {"NoClassDefFoundError"}));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void oneLineNamesTheBackendAndSaysWhatToDo(Throwable failure, String[] parts) {
        DriverException told = new DriverException(failure);
        assertThat(told.getMessage())
                .startsWith("TornadoVM cannot list its devices: ")
                .contains(parts)
                .doesNotContain("\n", "\u001B");
        assertThat(told.getCause()).isSameAs(failure);
    }
}
