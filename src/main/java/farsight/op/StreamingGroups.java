package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.group.StreamingForward;
import farsight.kernel.group.StreamingKeyValueGradient;
import farsight.kernel.group.StreamingQueryGradient;
import java.util.List;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/** The calls of {@link StreamingAttention} by work-groups. */
final class StreamingGroups {

    private StreamingGroups() {}

    /** Whether every group fits: their local memory does not depend on the shapes. */
    static boolean allowed(GroupLimits limits) {
        return limits.allow(StreamingForward.GROUP, StreamingForward.LOCAL_BYTES)
                && limits.allow(StreamingQueryGradient.GROUP, StreamingQueryGradient.LOCAL_BYTES)
                && limits.allow(StreamingKeyValueGradient.GROUP, StreamingKeyValueGradient.LOCAL_BYTES);
    }

    static List<GridTask> forward(StreamingAttention a, String id, Storage at) {
        int rows = size(a.q().shape().rows());
        int width = size(a.v().shape().cols());
        return List.of(GridTask.on(
                WorkGroups.of(
                        StreamingForward.groups(size(a.q().shape().batch()), rows, width), StreamingForward.GROUP),
                TaskPackage.createPackage(
                        id,
                        StreamingForward::streamingAttention,
                        WorkGroups.CONTEXT,
                        at.of(a.q()),
                        at.of(a.k()),
                        at.of(a.v()),
                        at.of(a.y()),
                        at.of(a.logSums()),
                        rows,
                        size(a.k().shape().rows()),
                        size(a.q().shape().cols()),
                        width,
                        a.scale())));
    }

    /**
     * The query gradient, and the key and value gradients in one call. The same buffer for both is a call that TornadoVM's
     * scheduler does not return from, so then they are the two plain calls, which {@code plain} ends with.
     */
    static List<GridTask> gradient(StreamingAttention.Gradient a, String id, Storage at, List<GridTask> plain) {
        GridTask query = queryGradient(a, id, at);
        return a.dk().equals(a.dv())
                ? Stream.concat(Stream.of(query), plain.stream().skip(1)).toList()
                : List.of(query, keyValueGradient(a, id, at));
    }

    private static GridTask queryGradient(StreamingAttention.Gradient a, String id, Storage at) {
        int rows = size(a.q().shape().rows());
        int c = size(a.q().shape().cols());
        return GridTask.on(
                WorkGroups.of(
                        StreamingQueryGradient.groups(size(a.q().shape().batch()), rows, c),
                        StreamingQueryGradient.GROUP),
                TaskPackage.createPackage(
                        id + "Query",
                        StreamingQueryGradient::streamingQueryGradient,
                        WorkGroups.CONTEXT,
                        at.of(a.q()),
                        at.of(a.k()),
                        at.of(a.v()),
                        at.of(a.dy()),
                        at.of(a.logSums()),
                        at.of(a.along()),
                        at.of(a.dq()),
                        rows,
                        size(a.k().shape().rows()),
                        c,
                        size(a.v().shape().cols()),
                        a.scale(),
                        flag(a.accumulateQuery())));
    }

    private static GridTask keyValueGradient(StreamingAttention.Gradient a, String id, Storage at) {
        int keys = size(a.k().shape().rows());
        int c = size(a.q().shape().cols());
        int width = size(a.v().shape().cols());
        return GridTask.on(
                WorkGroups.of(
                        StreamingKeyValueGradient.groups(size(a.k().shape().batch()), keys, c, width),
                        StreamingKeyValueGradient.GROUP),
                TaskPackage.createPackage(
                        id + "KeyValue",
                        StreamingKeyValueGradient::streamingKeyValueGradient,
                        WorkGroups.CONTEXT,
                        at.of(a.q()),
                        at.of(a.k()),
                        at.of(a.v()),
                        at.of(a.dy()),
                        at.of(a.logSums()),
                        at.of(a.along()),
                        at.of(a.dk()),
                        at.of(a.dv()),
                        size(a.q().shape().rows()),
                        keys,
                        c,
                        width,
                        a.scale(),
                        StreamingKeyValueGradient.ADD_KEYS * flag(a.accumulateKey())
                                + StreamingKeyValueGradient.ADD_VALUES * flag(a.accumulateValue())));
    }
}
