package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.sweep.LostException;
import farsight.sweep.Status;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerEndTest {

    @ParameterizedTest
    @CsvSource({
        "137,false,OUT_OF_MEMORY,it was killed (SIGKILL)",
        "3,false,OUT_OF_MEMORY,it had no memory left",
        "1,true,OUT_OF_MEMORY,it had no memory left",
        "134,true,OUT_OF_MEMORY,it had no memory left",
        "139,false,FAILED,'it crashed (SIGSEGV, exit code 139)'",
        "134,false,FAILED,'it crashed (SIGABRT, exit code 134)'",
        "135,false,FAILED,'it crashed (SIGBUS, exit code 135)'",
        "143,false,FAILED,'it was ended (SIGTERM, exit code 143)'",
        "0,false,FAILED,it ended with exit code 0",
        "1,false,FAILED,it ended with exit code 1",
        "250,false,FAILED,it ended with exit code 250"
    })
    void howAProcessEndedSaysHowItsPointDid(int code, boolean saidNoMemory, Status status, String message) {
        LostException end = WorkerEnd.of(code, saidNoMemory, "it");
        assertThat(end.status()).isEqualTo(status);
        assertThat(end).hasMessageStartingWith(message);
    }
}
