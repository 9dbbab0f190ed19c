package farsight.peers;

import farsight.data.Tensor;
import farsight.engine.Engines;
import farsight.model.Weights;
import farsight.peers.problem.Case;
import farsight.peers.problem.Inputs;
import farsight.peers.problem.Prepared;
import farsight.peers.problem.Problem;
import farsight.train.Batch;
import farsight.train.Trainer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** Training steps on the vector engine, the same batch each time. */
final class FarsightTraining implements Problem {

    private final Trainer trainer;
    private final Batch batch;
    private final float[] losses = new float[Case.Training.LOSSES];
    private int steps;

    private FarsightTraining(Trainer trainer, Batch batch) {
        this.trainer = trainer;
        this.batch = batch;
    }

    static Prepared prepare(Case.Training c, Inputs inputs) {
        Weights weights = Weights.of(c.network(), inputs.weights());
        Batch batch = new Batch(inputs.maps().get("x"), labels(inputs.labels()));
        return new Prepared() {
            @Override
            public long copiedBytes() {
                return Float.BYTES * (weights.elements() + batch.x().elements() + batch.label().elements());
            }

            @Override
            public Problem open() {
                return new FarsightTraining(
                        Trainer.open(c.network(), weights, Engines.vector(), c.batch(), Long.MAX_VALUE), batch);
            }

            @Override
            public void close() {}
        };
    }

    private static Tensor labels(long[] labels) {
        float[] floats = new float[labels.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = labels[i];
        }
        return Tensor.of(floats, floats.length);
    }

    @Override
    public void run() {
        double loss = trainer.step(batch).loss();
        if (steps < losses.length) {
            losses[steps++] = (float) loss;
        }
    }

    /** The first losses. */
    @Override
    public SequencedMap<String, Tensor> results() {
        while (steps < losses.length) {
            run();
        }
        return new LinkedHashMap<>(Map.of("losses", Tensor.of(losses.clone(), losses.length)));
    }

    @Override
    public void close() {
        trainer.close();
    }
}
