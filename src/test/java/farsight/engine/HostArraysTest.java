package farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HostArraysTest {

    /** So many that among identity hash codes of 31 bits some would be equal by chance, nearly always. */
    private static final int MANY = 150_000;

    @Test
    void noTwoArraysHaveTheSameHashCodeByWhichTornadoVmKnowsThem() {
        Program.Builder p = new Program.Builder("many");
        for (int i = 0; i < MANY; i++) {
            p.buffer("x" + i, Shape.vector(1), Role.INPUT);
        }
        try (HostArrays arrays = new HostArrays(MemoryPlan.of(p.build()), false)) {
            assertThat(Arrays.stream(arrays.all()).mapToInt(Object::hashCode).distinct())
                    .hasSize(MANY);
        }
    }
}
