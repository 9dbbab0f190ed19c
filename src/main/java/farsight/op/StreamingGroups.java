package farsight.op;

import static farsight.op.Op.flag;

import farsight.kernel.group.StreamingForward;
import farsight.kernel.group.StreamingKeyValueGradient;
import farsight.kernel.group.StreamingQueryGradient;
import java.util.List;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/** The calls of {@link StreamingAttention} and its gradient by work-groups. */
final class StreamingGroups {

    private StreamingGroups() {}

    /** Whether every group fits: their local memory does not depend on the shapes. */
    static boolean allowed(GroupLimits limits) {
        return limits.allow(StreamingForward.GROUP, StreamingForward.LOCAL_BYTES)
                && limits.allow(StreamingQueryGradient.GROUP, StreamingQueryGradient.LOCAL_BYTES)
                && limits.allow(StreamingKeyValueGradient.GROUP, StreamingKeyValueGradient.LOCAL_BYTES);
    }

    static List<GridTask> forward(StreamingAttention a, String id, Storage at) {
        AttentionExtents e = a.extents();
        return List.of(GridTask.on(
                WorkGroups.of(StreamingForward.groups(e.batch(), e.rows(), e.width()), StreamingForward.GROUP),
                TaskPackage.createPackage(
                        id,
                        StreamingForward::streamingAttention,
                        WorkGroups.CONTEXT,
                        at.of(a.q()),
                        at.of(a.k()),
                        at.of(a.v()),
                        at.of(a.y()),
                        at.of(a.stats()),
                        e.rows(),
                        e.keys(),
                        e.c(),
                        e.width(),
                        a.scale(),
                        e.flag())));
    }

    /**
     * The query gradient, and the key and value gradients in one call. The same buffer for both is a call that TornadoVM's
     * scheduler does not return from, so then they are the two plain calls, which {@code plain} ends with.
     */
    static List<GridTask> gradient(StreamingAttentionGradient a, String id, Storage at, List<GridTask> plain) {
        GridTask query = queryGradient(a, id, at);
        return a.dk().equals(a.dv())
                ? Stream.concat(Stream.of(query), plain.stream().skip(1)).toList()
                : List.of(query, keyValueGradient(a, id, at));
    }

    private static GridTask queryGradient(StreamingAttentionGradient a, String id, Storage at) {
        AttentionExtents e = a.extents();
        return GridTask.on(
                WorkGroups.of(StreamingQueryGradient.groups(e.batch(), e.rows(), e.c()), StreamingQueryGradient.GROUP),
                TaskPackage.createPackage(
                        id + "Query",
                        StreamingQueryGradient::streamingQueryGradient,
                        WorkGroups.CONTEXT,
                        at.of(a.q()),
                        at.of(a.k()),
                        at.of(a.v()),
                        at.of(a.dy()),
                        at.of(a.stats()),
                        at.of(a.along()),
                        at.of(a.dq()),
                        e.rows(),
                        e.keys(),
                        e.c(),
                        e.width(),
                        a.scale(),
                        a.flags(a.accumulateQuery())));
    }

    private static GridTask keyValueGradient(StreamingAttentionGradient a, String id, Storage at) {
        AttentionExtents e = a.extents();
        return GridTask.on(
                WorkGroups.of(
                        StreamingKeyValueGradient.groups(e.batch(), e.keys(), e.c(), e.width()),
                        StreamingKeyValueGradient.GROUP),
                TaskPackage.createPackage(
                        id + "KeyValue",
                        StreamingKeyValueGradient::streamingKeyValueGradient,
                        WorkGroups.CONTEXT,
                        at.of(a.q()),
                        at.of(a.k()),
                        at.of(a.v()),
                        at.of(a.dy()),
                        at.of(a.stats()),
                        at.of(a.along()),
                        at.of(a.dk()),
                        at.of(a.dv()),
                        e.rows(),
                        e.keys(),
                        e.c(),
                        e.width(),
                        a.scale(),
                        StreamingKeyValueGradient.ADD_KEYS * flag(a.accumulateKey())
                                + StreamingKeyValueGradient.ADD_VALUES * flag(a.accumulateValue())
                                + StreamingKeyValueGradient.PACKED * flag(e.packed())));
    }
}
