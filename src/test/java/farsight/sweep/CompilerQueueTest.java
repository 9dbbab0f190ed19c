package farsight.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CompilerQueueTest {

    @Test
    void ourOwnMethodsAreFoundInTheCompilersOutput() {
        assertThat(CompilerQueue.ours("""
                Current compiles:
                C2 CompilerThread0  2087 %     4       farsight.vector.RegisterTiles::six @ 22 (960 bytes)

                C2 compile queue:
                Empty
                """)).isTrue();
        assertThat(CompilerQueue.ours("""
                Current compiles:
                C2 CompilerThread0  2087       4       java.util.ArrayList::grow (60 bytes)

                C2 compile queue:
                1566       4       com.sun.tools.javac.code.Types$UnaryVisitor::visit (7 bytes)
                """)).isFalse();
    }

    @Test
    void thisJvmReportsItsQueue() {
        assertThat(new CompilerQueue().text())
                .hasValueSatisfying(t -> assertThat(t).contains("Current compiles:", "C2 compile queue:"));
    }
}
