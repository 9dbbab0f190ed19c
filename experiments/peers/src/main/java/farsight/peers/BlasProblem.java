package farsight.peers;

import farsight.data.Tensor;
import farsight.peers.problem.Case;
import farsight.peers.problem.Inputs;
import farsight.peers.problem.Native;
import farsight.peers.problem.Prepared;
import farsight.peers.problem.Problem;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/** A product by {@code cblas_sgemm}. */
final class BlasProblem implements Problem {

    private final Case.Product p;
    private final FloatPointer a;
    private final FloatPointer b;
    private final FloatPointer c;

    private BlasProblem(Case.Product p, FloatPointer a, FloatPointer b) {
        this.p = p;
        this.a = a;
        this.b = b;
        this.c = new FloatPointer((long) p.m() * p.n());
    }

    static Prepared prepare(Case c, Inputs inputs) {
        Case.Product p = (Case.Product) c;
        FloatPointer a = Native.copied(inputs.factors().get("a"));
        FloatPointer b = Native.copied(inputs.factors().get("b"));
        return new Prepared() {
            @Override
            public long copiedBytes() {
                return 0;
            }

            @Override
            public Problem open() {
                return new BlasProblem(p, a, b);
            }

            @Override
            public void close() {
                a.deallocate();
                b.deallocate();
            }
        };
    }

    @Override
    public void run() {
        openblas_nolapack.cblas_sgemm(
                openblas_nolapack.CblasRowMajor,
                openblas_nolapack.CblasNoTrans,
                openblas_nolapack.CblasNoTrans,
                p.m(),
                p.n(),
                p.k(),
                1f,
                a,
                p.k(),
                b,
                p.n(),
                0f,
                c,
                p.n());
    }

    @Override
    public SequencedMap<String, Tensor> results() {
        return new LinkedHashMap<>(Map.of("c", Native.read(c, (long) p.m() * p.n())));
    }

    @Override
    public void close() {
        c.deallocate();
    }
}
