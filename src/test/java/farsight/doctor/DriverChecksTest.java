package farsight.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class DriverChecksTest {

    @TempDir
    private Path root;

    private List<Finding> findings(@Nullable String home) {
        return DriverChecks.all(new Machine(root).with(home));
    }

    @Test
    void withoutAnSdkAMissingDriverIsNotAFault() {
        assertThat(findings(null)).hasSize(4).extracting(Finding::status).containsOnly(Outcome.NONE);
    }

    @Test
    void aMissingDriverOfTheSdksBackendIsReported() {
        List<Finding> openCl = findings(new Machine(root).sdk("5", "opencl-backend"));
        assertThat(Machine.of(openCl, "OpenCL loader").status()).isEqualTo(Outcome.MISSING);
        assertThat(Machine.of(openCl, "OpenCL driver").status()).isEqualTo(Outcome.MISSING);
        assertThat(Machine.of(openCl, "NVIDIA driver").status()).isEqualTo(Outcome.NONE);
        List<Finding> ptx = findings(new Machine(root).sdk("5", "ptx-backend"));
        assertThat(Machine.of(ptx, "NVIDIA driver").status()).isEqualTo(Outcome.MISSING);
        assertThat(Machine.of(ptx, "OpenCL loader").status()).isEqualTo(Outcome.NONE);
        List<Finding> spirv = findings(new Machine(root).sdk("5", "spirv-backend"));
        assertThat(Machine.of(spirv, "Level Zero").status()).isEqualTo(Outcome.WARN);
    }

    @Test
    void aDriverWhoseLibraryIsGoneIsNamed() {
        new Machine(root).file("etc/OpenCL/vendors/gone.icd", "libgone.so.1");
        Finding f = Machine.of(findings(null), "OpenCL driver");
        assertThat(f.status()).isEqualTo(Outcome.MISSING);
        assertThat(f.found()).contains("gone.icd", "libgone.so.1");
    }

    @Test
    void librariesAreFoundByNameByPathAndInConfiguredFolders() {
        new Machine(root)
                .file("etc/OpenCL/vendors/a.icd", "libusual.so")
                .file("etc/OpenCL/vendors/b.icd", "/opt/driver/libabsolute.so")
                .file("etc/OpenCL/vendors/c.icd", "libconfigured.so")
                .file("etc/ld.so.conf.d/c.conf", "# a comment", "/opt/configured")
                .file("usr/lib/libusual.so")
                .file("opt/driver/libabsolute.so")
                .file("opt/configured/libconfigured.so")
                .file("usr/lib64/libOpenCL.so.1")
                .file("usr/lib/wsl/lib/libcuda.so.1")
                .file("lib/libze_loader.so.1");
        assertThat(findings(null)).hasSize(6).extracting(Finding::status).containsOnly(Outcome.OK);
    }

    @Test
    void aContainerWithoutTheGpusLibrariesIsReported() {
        new Machine(root).file("proc/driver/nvidia/version", "NVRM version: NVIDIA UNIX Module  550.1", "GCC");
        Finding f = Machine.of(findings(null), "NVIDIA driver");
        assertThat(f.found()).isEqualTo("NVIDIA UNIX Module 550.1, but no libcuda.so.1");
        assertThat(f.advice()).contains("container");
    }
}
