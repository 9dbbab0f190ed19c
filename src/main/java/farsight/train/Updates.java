package farsight.train;

import farsight.block.Statistic;
import farsight.network.Network;
import farsight.network.NetworkProgram;
import farsight.network.Optimizer;
import farsight.op.update.Adam;
import farsight.op.update.GradientNorm;
import farsight.op.update.RunningStatistic;
import farsight.op.update.Sgd;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Records the updates of a step. */
final class Updates {

    private final NetworkProgram recorded;
    private final Optimizer optimizer;
    private final Buffer numbers;
    private final SequencedMap<String, Buffer> moments = new LinkedHashMap<>();
    private @Nullable Buffer norm;

    /**
     * @param numbers what changes from step to step
     */
    Updates(NetworkProgram recorded, Optimizer optimizer, Buffer numbers) {
        this.recorded = recorded;
        this.optimizer = optimizer;
        this.numbers = numbers;
    }

    /** The moments recorded so far, by their names in checkpoints. */
    SequencedMap<String, Buffer> moments() {
        return moments;
    }

    /** Records the norm of all gradients, where the optimizer clips by it; returns it and the factor. */
    @Nullable
    Buffer clip(List<Buffer> gradients) {
        if (optimizer.clip().isPresent()) {
            Program.Builder builder = recorded.builder();
            norm = builder.buffer("gradientNorm", Shape.vector(2), Role.OUTPUT);
            GradientNorm.record(
                    builder, gradients, norm, (float) optimizer.clip().getAsDouble());
        }
        return norm;
    }

    /** Records the update of one weight. */
    void weight(String name, Buffer w, Buffer gradient) {
        switch (optimizer.rule()) {
            case Sgd.Rule sgd -> {
                Buffer velocity = sgd.momentum() > 0 ? moment("momentum", name, w) : null;
                recorded.builder().add(new Sgd(w, gradient, velocity, numbers, norm, sgd));
            }
            case Adam.Rule adam -> {
                Buffer mean = moment("mean", name, w);
                Buffer square = moment("square", name, w);
                recorded.builder().add(new Adam(w, gradient, mean, square, numbers, norm, adam));
            }
        }
    }

    private Buffer moment(String moment, String weight, Buffer w) {
        String name = Moments.name(moment, weight);
        Buffer b = recorded.builder().buffer(name, w.shape(), Role.STATE);
        moments.put(name, b);
        return b;
    }

    /** Records the updates of all running statistics. */
    void statistics(Network network) {
        for (Statistic s : network.statistics()) {
            Buffer kept = Objects.requireNonNull(recorded.statistics().get(s.name()));
            NetworkProgram.Kept now =
                    Objects.requireNonNull(recorded.batchStatistics().get(s.name()), s.name());
            long n = now.count();
            // The layers refuse n = 1, which has no unbiased variance.
            double factor = s.variance() ? n / (n - 1.0) : 1;
            recorded.builder().add(new RunningStatistic(kept, now.statistic(), s.share(), factor));
        }
    }
}
