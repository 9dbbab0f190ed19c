package farsight.report.chart;

import farsight.block.BlockKind;
import farsight.block.BlockKinds;
import farsight.block.BlockSpec;
import farsight.block.NamedBlock;
import farsight.block.spec.SpecException;
import farsight.sweep.Point;
import farsight.sweep.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Groups the points of a sweep into lines: one per block and d, and per variant if the sweep has several. */
public final class Lines {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Lines() {}

    /**
     * One line: points that differ only in N.
     *
     * @param name of the block, as the papers write it
     * @param variant the difference from other lines of the block, except d; mostly empty
     * @param kind the block's kind, as in specs
     * @param latent d, 0 for blocks without d
     * @param points by growing N
     */
    public record Line(String name, String variant, String kind, int latent, List<Point> points) {

        /** The label in legends, for example {@code LatentGNN, d = 64}. */
        public String label() {
            return Stream.of(name, d(), variant).filter(s -> !s.isEmpty()).collect(Collectors.joining(", "));
        }

        /** The same line, with the device in its label. */
        public Line on(String device) {
            return new Line(name, variant.isEmpty() ? device : variant + ", " + device, kind, latent, points);
        }

        /** The label in sentences, for example {@code LatentGNN (d = 64)}. */
        public String phrase() {
            String detail = Stream.of(d(), variant).filter(s -> !s.isEmpty()).collect(Collectors.joining(", "));
            return detail.isEmpty() ? name : "%s (%s)".formatted(name, detail);
        }

        /** The label without d, shared by lines that differ only in d. */
        public String family() {
            return variant.isEmpty() ? name : name + ", " + variant;
        }

        /** Growth of the block's arrays; empty for a block that is not registered here. */
        public Optional<BlockKind.Growth> growth() {
            try {
                return Optional.of(
                        BlockKinds.growth(BlockSpec.parse(points.getFirst().spec())));
            } catch (SpecException e) {
                return Optional.empty();
            }
        }

        /** Whether this block stores the affinity of all pairs. */
        public boolean full() {
            return growth().filter(BlockKind.Growth::pairs).isPresent();
        }

        private String d() {
            return latent > 0 ? "d = " + Units.count(latent) : "";
        }
    }

    /** The lines of a sweep in the order of {@link BlockKinds}, the full affinity first, then by d. */
    public static List<Line> of(Collection<Point> points) {
        Map<List<Object>, Set<String>> varying = varyingFields(points);
        Map<List<Object>, List<Point>> groups = new LinkedHashMap<>();
        for (Point p : points) {
            groups.computeIfAbsent(List.of(p.block(), p.latent(), variant(p, points, varying)), k -> new ArrayList<>())
                    .add(p);
        }
        List<Line> lines = new ArrayList<>();
        groups.forEach((key, group) -> {
            Point first = group.getFirst();
            group.sort(Comparator.comparingLong(Point::positions));
            lines.add(new Line(
                    name(first.block()), (String) key.get(2), kind(first), first.latent(), List.copyOf(group)));
        });
        List<String> order =
                BlockKinds.all().stream().<String>map(BlockKind::name).toList();
        lines.sort(Comparator.<Line>comparingInt(line -> place(order, line.kind()))
                .thenComparing(Line::kind)
                .thenComparingInt(Line::latent)
                .thenComparing(Line::label));
        return lines;
    }

    private static int place(List<String> order, String kind) {
        int place = order.indexOf(kind);
        return place < 0 ? order.size() : place;
    }

    /** The point of a full affinity at N with known memory, if there is one. */
    public static Optional<Point> full(List<Line> lines, long n) {
        return lines.stream()
                .filter(Line::full)
                .flatMap(line -> line.points().stream())
                .filter(p -> p.positions() == n && memory(p) > 0)
                .findFirst();
    }

    /** Bytes of a point: measured if it ran, else predicted. */
    public static long memory(Point p) {
        return p.status() == Status.OK && p.measuredBytes() > 0 ? p.measuredBytes() : p.predictedBytes();
    }

    /** A block's name as the papers write it. Labels that are not block names are unchanged. */
    public static String name(String label) {
        return NamedBlock.of(label).map(NamedBlock::label).orElse(label);
    }

    // The user may choose a label; the spec identifies the block.
    private static String kind(Point p) {
        return spec(p).getOrDefault("block", p.block());
    }

    /** The kinds of these points that are not registered here. */
    public static List<String> unknown(Collection<Point> points) {
        return points.stream()
                .map(Lines::kind)
                .distinct()
                .filter(kind -> BlockKinds.find(kind).isEmpty())
                .toList();
    }

    // Other differences between points of one block, named only if the sweep varies them.
    private static String variant(Point p, Collection<Point> all, Map<List<Object>, Set<String>> varying) {
        List<String> parts = new ArrayList<>();
        if (several(all, Point::pass)) {
            parts.add(p.pass().toString());
        }
        if (several(all, Point::batch)) {
            parts.add("B = " + p.batch());
        }
        if (several(all, Point::channels)) {
            parts.add("C = " + p.channels());
        }
        if (comparesDevices(all)) {
            parts.add(p.device());
        }
        Map<String, String> spec = spec(p);
        varying.getOrDefault(List.of(p.block(), p.latent()), Set.of())
                .forEach(field -> parts.add(field + ' ' + spec.getOrDefault(field, "default")));
        return String.join(", ", parts);
    }

    /**
     * Whether some point was measured on several devices. If the points were spread over equal devices, each measured
     * once, a line goes through the points of all devices.
     */
    public static boolean comparesDevices(Collection<Point> points) {
        return several(points, Point::device)
                && points.stream().map(Point::keyOnAnyDevice).distinct().count() < points.size();
    }

    private static boolean several(Collection<Point> points, Function<Point, Object> of) {
        return points.stream().map(of).distinct().limit(2).count() > 1;
    }

    // For each block and d, the spec fields in which its points differ.
    private static Map<List<Object>, Set<String>> varyingFields(Collection<Point> points) {
        Map<List<Object>, Set<Map<String, String>>> specs = new LinkedHashMap<>();
        for (Point p : points) {
            specs.computeIfAbsent(List.of(p.block(), p.latent()), k -> new LinkedHashSet<>())
                    .add(spec(p));
        }
        Map<List<Object>, Set<String>> varying = new LinkedHashMap<>();
        specs.forEach((key, seen) -> {
            Set<String> fields = new LinkedHashSet<>();
            seen.forEach(spec -> fields.addAll(spec.keySet()));
            fields.removeIf(field -> seen.stream()
                            .map(spec -> spec.getOrDefault(field, ""))
                            .distinct()
                            .count()
                    == 1);
            varying.put(key, fields);
        });
        return varying;
    }

    /** Every block of the points by its {@link Line#family}, with its spec's options except d and C. */
    public static SequencedMap<String, String> options(Collection<Point> points) {
        SequencedMap<String, String> blocks = new LinkedHashMap<>();
        for (Line line : of(points)) {
            Map<String, String> fields = spec(line.points().getFirst());
            BlockKinds.find(fields.getOrDefault("block", ""))
                    .flatMap(BlockKind::latent)
                    .ifPresent(d -> d.fields().forEach(fields::remove));
            blocks.putIfAbsent(
                    line.family(),
                    fields.entrySet().stream()
                            .map(e -> e.getKey() + ' ' + e.getValue())
                            .collect(Collectors.joining(", ")));
        }
        return blocks;
    }

    private static Map<String, String> spec(Point p) {
        Map<String, String> fields = new LinkedHashMap<>();
        try {
            JsonNode node = JSON.readTree(p.spec());
            node.properties().forEach(e -> {
                // C has its own column.
                if (!e.getKey().equals("channels")) {
                    JsonNode value = e.getValue();
                    fields.put(e.getKey(), value.isString() ? value.stringValue() : value.toString());
                }
            });
        } catch (JacksonException e) {
            // This affects only labels: points of one block and d then share a line.
        }
        return fields;
    }
}
