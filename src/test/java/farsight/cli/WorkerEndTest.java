package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.sweep.LostException;
import farsight.sweep.Status;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerEndTest {

    @ParameterizedTest
    @CsvSource({
        "137,false,true,OUT_OF_MEMORY,it was killed (SIGKILL)",
        "137,false,false,FAILED,'it was ended (SIGKILL, exit code 137)'",
        "3,false,false,OUT_OF_MEMORY,it had no memory left",
        "1,true,false,OUT_OF_MEMORY,it had no memory left",
        "134,true,false,OUT_OF_MEMORY,it had no memory left",
        "139,false,false,FAILED,'it crashed (SIGSEGV, exit code 139)'",
        "134,false,false,FAILED,'it crashed (SIGABRT, exit code 134)'",
        "135,false,false,FAILED,'it crashed (SIGBUS, exit code 135)'",
        "143,false,false,FAILED,'it was ended (SIGTERM, exit code 143)'",
        "0,false,false,FAILED,it ended with exit code 0",
        "1,false,false,FAILED,it ended with exit code 1",
        "250,false,false,FAILED,it ended with exit code 250"
    })
    void howAProcessEndedSaysHowItsPointDid(
            int code, boolean saidNoMemory, boolean large, Status status, String message) {
        LostException end = WorkerEnd.of(code, saidNoMemory, large, "it");
        assertThat(end.status()).isEqualTo(status);
        assertThat(end).hasMessageStartingWith(message);
    }
}
