package farsight.model;

import farsight.block.Parameter;
import farsight.block.Parameterized;
import farsight.data.DataException;
import farsight.data.Tensor;
import farsight.text.Line;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Compares tensors with the parameters and reports all faults in one line. */
final class WeightsCheck {

    /** PyTorch's count of a norm layer's batches; nothing depends on it. */
    private static final String COUNTER = RunningStatistics.COUNTER;

    /** Most names listed per kind of fault. */
    private static final int LISTED = 8;

    private final Parameterized owner;
    private final SequencedMap<String, Parameter> missing = new LinkedHashMap<>();

    /** Optional tensors: running statistics of norms over the batch. */
    private final SequencedMap<String, Parameter> optional = new LinkedHashMap<>();

    private final List<String> wrong = new ArrayList<>();
    private final List<String> extra = new ArrayList<>();

    /**
     * @param file whether the tensors are a file's, which must hold the statistics too if their owner requires it
     */
    WeightsCheck(Parameterized owner, boolean file) {
        this.owner = owner;
        owner.parameters().forEach(p -> missing.put(p.name(), p));
        owner.statistics().stream()
                .filter(s -> !missing.containsKey(s.name()))
                .forEach(s -> (file && owner.statisticsRequired() ? missing : optional).put(s.name(), s.parameter()));
    }

    /** Whether there is a parameter or statistic of that name that was not noted yet. */
    boolean knows(String name) {
        return missing.containsKey(name) || optional.containsKey(name);
    }

    /** Notes a tensor of the file. */
    void tensor(String name, long... shape) {
        Parameter p = missing.containsKey(name) ? missing.remove(name) : optional.get(name);
        if (p != null) {
            if (!Arrays.equals(bare(shape), bare(Weights.shapeOf(p)))) {
                wrong.add("%s has shape %s, expected %s".formatted(name, Tensor.shapeText(shape), p.fileShape()));
            }
        } else if (!name.endsWith(COUNTER)) {
            extra.add(name);
        }
    }

    /** Whether a tensor that is no parameter has a name that begins so. */
    boolean hasExtra(String beginning) {
        return extra.stream().anyMatch(name -> name.startsWith(beginning));
    }

    /** Notes a tensor of a type that cannot be read. */
    void wrongType(String name, String dtype) {
        missing.remove(name);
        wrong.add("%s has dtype %s, expected F32, F16 or BF16".formatted(name, dtype));
    }

    /**
     * Reports all faults.
     *
     * @param what names the tensors' source, with a hint after it if there is one
     * @throws DataException unless exactly the parameters were there
     */
    void finish(String what) {
        List<String> faults = new ArrayList<>();
        if (!missing.isEmpty()) {
            List<String> names = missing.values().stream()
                    .map(p -> p.name() + " " + p.fileShape())
                    .toList();
            faults.add("missing " + list(names));
        }
        if (!wrong.isEmpty()) {
            faults.add(list(wrong));
        }
        if (!extra.isEmpty()) {
            faults.add("no parameter of the " + owner.noun() + ": " + list(extra));
        }
        if (!faults.isEmpty()) {
            throw new DataException("%s: not the parameters of %s: %s"
                    .formatted(what, Line.withArticle(owner.title()), String.join("; ", faults)));
        }
    }

    /** A shape without its extents of 1: [out, in, 1, 1] and [out, in] are the same matrix. */
    private static long[] bare(long... shape) {
        return Arrays.stream(shape).filter(extent -> extent != 1).toArray();
    }

    private static String list(List<String> all) {
        String first = String.join(", ", all.stream().limit(LISTED).toList());
        return all.size() <= LISTED ? first : first + " and " + (all.size() - LISTED) + " more";
    }
}
