package farsight.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.OnDevice;
import farsight.engine.Session;
import farsight.op.Errors;
import farsight.op.F64;
import farsight.op.product.MatMul;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import java.lang.reflect.Method;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import uk.ac.manchester.tornado.api.types.matrix.Matrix2DFloat;

/**
 * Compares products with TornadoVM's tornado-matrices, an independent oracle. It comes with an SDK and is
 * otherwise absent from the class path, so the test calls it by reflection.
 */
@OnDevice
class TornadoMatricesDeviceTest {

    private static final int M = 67;
    private static final int N = 131;
    private static final int K = 259;

    static Stream<Engine> engines() {
        return Engines.present().stream();
    }

    /** C = A·B by MatrixMath.sgemm. */
    private static float[] sgemm(float[] a, float[] b) throws ReflectiveOperationException {
        Matrix2DFloat c = new Matrix2DFloat(M, N);
        Method sgemm = Class.forName("uk.ac.manchester.tornado.matrix.MatrixMath")
                .getMethod("sgemm", Matrix2DFloat.class, Matrix2DFloat.class, Matrix2DFloat.class);
        sgemm.invoke(null, matrix(a, M, K), matrix(b, K, N), c);
        float[] values = new float[M * N];
        for (int i = 0; i < M; i++) {
            for (int j = 0; j < N; j++) {
                values[i * N + j] = c.get(i, j);
            }
        }
        return values;
    }

    private static Matrix2DFloat matrix(float[] values, int rows, int cols) {
        Matrix2DFloat m = new Matrix2DFloat(rows, cols);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                m.set(i, j, values[i * cols + j]);
            }
        }
        return m;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("engines")
    void productsMatchTornadoMatrices(Engine engine) throws ReflectiveOperationException {
        Random random = new Random(3);
        F64 left = F64.random(random, Shape.matrix(M, K));
        F64 right = F64.random(random, Shape.matrix(K, N));
        F64 expected = F64.of(Shape.matrix(M, N), sgemm(left.floats(), right.floats()));

        Program.Builder p = new Program.Builder("products");
        Buffer a = p.buffer("a", left.shape(), Role.INPUT);
        Buffer b = p.buffer("b", right.shape(), Role.INPUT);
        Buffer bTransposed = p.buffer("bTransposed", Shape.matrix(N, K), Role.INPUT);
        Buffer c = p.buffer("c", Shape.matrix(M, N), Role.OUTPUT);
        Buffer d = p.buffer("d", Shape.matrix(M, N), Role.OUTPUT);
        p.add(new MatMul(a, b, c, false, 1f, false));
        p.add(new MatMul(a, bTransposed, d, true, 1f, false));
        try (Session session = engine.open(MemoryPlan.of(p.build()))) {
            session.write(a, left.floats());
            session.write(b, right.floats());
            session.write(bTransposed, right.transposed().floats());
            session.run();
            for (Buffer product : new Buffer[] {c, d}) {
                assertThat(Errors.relative(session.read(product), expected.values(), expected.norm()))
                        .as(product.name())
                        .isLessThanOrEqualTo(engine.id().contains(":") ? Errors.DEVICE : Errors.HOST);
            }
        }
    }
}
