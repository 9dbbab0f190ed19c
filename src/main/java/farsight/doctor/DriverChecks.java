package farsight.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The drivers that TornadoVM's backends need. */
final class DriverChecks {

    private static final String LOADER = "OpenCL loader";
    private static final String NVIDIA = "NVIDIA driver";
    private static final String LEVEL_ZERO = "Level Zero";

    private DriverChecks() {}

    static List<Finding> all(Surroundings here) {
        String system = System.getProperty("os.name", "");
        if (!system.startsWith("Linux")) {
            return List.of(Finding.none("drivers", "not looked for on " + system, ""));
        }
        Libraries libraries = new Libraries(here);
        List<Finding> all = new ArrayList<>();
        all.add(loader(here, libraries));
        all.addAll(openClDrivers(here, libraries));
        all.add(nvidia(here, libraries));
        all.add(levelZero(here, libraries));
        return all;
    }

    private static Finding loader(Surroundings here, Libraries libraries) {
        Optional<Path> found = libraries.find("libOpenCL.so.1").or(() -> libraries.find("libOpenCL.so"));
        if (found.isPresent()) {
            return Finding.ok(LOADER, found.get().toString());
        }
        return absent(
                here.uses("opencl"),
                LOADER,
                "no libOpenCL.so.1",
                "for opencl devices: apt-get install ocl-icd-libopencl1");
    }

    private static List<Finding> openClDrivers(Surroundings here, Libraries libraries) {
        Path vendors = here.root().resolve("etc/OpenCL/vendors");
        List<Path> files = TextFile.files(vendors, ".icd");
        if (files.isEmpty()) {
            return List.of(absent(
                    here.uses("opencl"),
                    "OpenCL driver",
                    "no .icd file in " + vendors,
                    "install the GPU's OpenCL driver; PoCL runs on the CPU: apt-get install pocl-opencl-icd"));
        }
        return files.stream().map(f -> openClDriver(f, libraries)).toList();
    }

    private static Finding openClDriver(Path icd, Libraries libraries) {
        String file = icd.getFileName().toString();
        String library = TextFile.lines(icd).stream()
                .map(String::strip)
                .filter(l -> !l.isEmpty())
                .findFirst()
                .orElse("");
        return libraries
                .find(library)
                .filter(_ -> !library.isEmpty())
                .map(p -> Finding.ok("OpenCL driver", file + ": " + p))
                .orElseGet(() -> Finding.missing(
                        "OpenCL driver",
                        file + " names '" + library + "', which is on no library path",
                        "install that driver again, or delete " + icd));
    }

    private static Finding nvidia(Surroundings here, Libraries libraries) {
        Optional<String> kernel = TextFile.lines(here.root().resolve("proc/driver/nvidia/version")).stream()
                .findFirst()
                .map(l -> l.replace("NVRM version:", "").strip().replaceAll("\\s+", " "));
        Optional<Path> library = libraries.find("libcuda.so.1");
        if (library.isPresent()) {
            return Finding.ok(NVIDIA, kernel.map(k -> k + ", ").orElse("") + library.get());
        }
        if (kernel.isPresent()) {
            return absent(
                    here.uses("ptx", "cuda"),
                    NVIDIA,
                    kernel.get() + ", but no libcuda.so.1",
                    "in a container: give it the GPU's libraries (--gpus all)");
        }
        return absent(
                here.uses("ptx", "cuda"),
                NVIDIA,
                "no libcuda.so.1",
                "for ptx and cuda devices: install NVIDIA's driver");
    }

    private static Finding levelZero(Surroundings here, Libraries libraries) {
        Optional<Path> found = libraries.find("libze_loader.so.1").or(() -> libraries.find("libze_loader.so"));
        if (found.isPresent()) {
            return Finding.ok(LEVEL_ZERO, found.get().toString());
        }
        // SPIR-V also runs on OpenCL drivers, from version 2.1.
        String advice = "for spirv devices of Intel, without OpenCL 2.1: apt-get install libze1";
        return here.uses("spirv")
                ? Finding.warn(LEVEL_ZERO, "no libze_loader.so.1", advice)
                : Finding.none(LEVEL_ZERO, "no libze_loader.so.1", advice);
    }

    private static Finding absent(boolean asked, String subject, String found, String advice) {
        return asked ? Finding.missing(subject, found, advice) : Finding.none(subject, found, advice);
    }
}
