package farsight.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class SignalChecksTest {

    private static final List<String> MAPS = List.of(
            "7f1841d00000-7f1842000000 r-xp 00000000 fe:00 123                        /usr/lib/libLLVM-15.so.1",
            "7f1842000000-7f1842001000 rw-p 00000000 00:00 0 ",
            "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]");

    @Test
    void anAddressBelongsToTheFileThatHoldsIt() {
        assertThat(SignalChecks.owner(0x7f1841d5c570L, MAPS)).isEqualTo("libLLVM-15.so.1");
        assertThat(SignalChecks.owner(0x7f1842000000L, MAPS)).isEqualTo("unnamed code");
        assertThat(SignalChecks.owner(0, MAPS)).isEqualTo("nobody");
    }

    @Test
    void signalsHandledByAnotherLibraryAreReported() {
        Finding finding = SignalChecks.finding(Map.of("SIGSEGV", "libLLVM-15.so.1"));
        assertThat(finding.status()).isEqualTo(Outcome.WARN);
        assertThat(finding.found()).startsWith("libLLVM-15.so.1 took SIGSEGV from the JVM");
        assertThat(finding.advice()).contains("libjsig");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thisJvmHandlesItsOwnSignals() {
        assertThat(SignalChecks.all()).allSatisfy(f -> assertThat(f.status()).isEqualTo(Outcome.OK));
    }
}
