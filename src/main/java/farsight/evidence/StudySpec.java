package farsight.evidence;

import farsight.block.spec.Checks;
import farsight.block.spec.SpecException;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecJson;
import farsight.data.DataException;
import farsight.engine.Bytes;
import farsight.network.Network;
import farsight.task.Task;
import farsight.task.Tasks;
import farsight.text.Nearest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Reads a study's JSON. */
final class StudySpec {

    private static final String EXAMPLE =
            "{\"title\": \"GC beside SNL\", \"seeds\": 5, \"settings\": [...], \"variants\": [...]}";

    private static final int MOST_BATCH = 4096;
    private static final int MOST_STEPS = 1_000_000;
    private static final int HELD_OUT = 32;
    private static final int BATCH = 16;

    private final String name;
    private final Path folder;
    private final Study.Reading reading;
    private final List<String> missing = new ArrayList<>();
    private List<String> settingLabels = List.of();
    private List<String> variantLabels = List.of();

    StudySpec(String name, Path folder, Study.Reading reading) {
        this.name = name;
        this.folder = folder;
        this.reading = reading;
    }

    Study read(String json) {
        ObjectNode spec = SpecJson.object(json, EXAMPLE);
        SpecFields f = new SpecFields(spec);
        f.rejectUnknown(
                "study",
                List.of(
                        "title",
                        "question",
                        "seeds",
                        "held_out",
                        "inspect",
                        "settings",
                        "variants",
                        "claims",
                        "quick"));
        SpecFields quick =
                new SpecFields(reading.quick() && f.has("quick") ? f.object("quick", "an object") : SpecJson.empty());
        quick.rejectUnknown("study's quick form", List.of("seeds", "held_out", "steps", "settings", "variants"));
        int seeds = quick.integer("seeds", f.integer("seeds", 5));
        Checks.that(
                seeds <= Estimate.MOST, "field \"seeds\" is %d, expected at most %d".formatted(seeds, Estimate.MOST));
        List<ObjectNode> everyVariant = f.objects("variants", "a list of variants");
        List<ObjectNode> everySetting = f.objects("settings", "a list of settings");
        Checks.that(!everyVariant.isEmpty(), "field \"variants\" is empty; a study compares at least one");
        Checks.that(!everySetting.isEmpty(), "field \"settings\" is empty; a study has at least one");
        variantLabels = labels("variants", everyVariant);
        settingLabels = labels("settings", everySetting);
        List<Variant> variants = kept(quick, "variants", everyVariant, variantLabels).stream()
                .map(StudySpec::variant)
                .toList();
        List<Setting> settings = new ArrayList<>();
        for (ObjectNode o : kept(quick, "settings", everySetting, settingLabels)) {
            addSetting(settings, o, quick);
        }
        return new Study(
                name,
                f.text("title", "a line"),
                f.text("question", "a sentence"),
                settings,
                variants,
                seeds,
                quick.integer("held_out", f.integer("held_out", HELD_OUT)),
                f.flag("inspect", false),
                claims(f.objects("claims", "a list of claims"), settings, variants),
                missing);
    }

    /** The labels, each there once. */
    private static List<String> labels(String field, List<ObjectNode> all) {
        Set<String> seen = new LinkedHashSet<>();
        for (ObjectNode o : all) {
            String label = label(o);
            Checks.that(seen.add(label), "field \"%s\" has the label \"%s\" twice".formatted(field, label));
        }
        return List.copyOf(seen);
    }

    private static String label(ObjectNode o) {
        return new SpecFields(o).text("label", "a short name");
    }

    /** Those that the quick form names, or all. */
    private static List<ObjectNode> kept(SpecFields quick, String field, List<ObjectNode> all, List<String> labels) {
        if (!quick.has(field)) {
            return all;
        }
        List<String> names = words(quick, field);
        mustBeKnown(field, names, labels);
        return all.stream().filter(o -> names.contains(label(o))).toList();
    }

    private static void mustBeKnown(String field, List<String> given, List<String> labels) {
        given.stream().filter(l -> !labels.contains(l)).findFirst().ifPresent(l -> {
            throw new SpecException("field \"%s\" names \"%s\", which is no label there%s"
                    .formatted(field, l, Nearest.hint(l, labels)));
        });
    }

    private static Variant variant(ObjectNode o) {
        SpecFields f = new SpecFields(o);
        f.rejectUnknown("variant's", List.of("label", "insert"));
        return new Variant(label(o), f.has("insert") ? words(f, "insert") : List.of());
    }

    private static List<String> words(SpecFields f, String field) {
        return f.entries(field, "a list of strings").stream()
                .map(n -> {
                    Checks.that(n.isString(), "field \"%s\" has the entry %s, expected a string".formatted(field, n));
                    return n.stringValue();
                })
                .toList();
    }

    private void addSetting(List<Setting> settings, ObjectNode o, SpecFields quick) {
        SpecFields f = new SpecFields(o);
        f.rejectUnknown(
                "setting's",
                List.of(
                        "label", "need", "task", "network", "metric", "batch", "steps", "seconds", "memory", "places",
                        "without"));
        String label = label(o);
        String task = f.text("task", "a task, as --task takes it");
        Task parsed;
        try {
            parsed = SpecException.placed("setting \"%s\"".formatted(label), () -> Tasks.parse(task));
        } catch (DataException e) {
            if (reading.skipMissing()) {
                missing.add("%s: %s".formatted(label, e.getMessage()));
                return;
            }
            throw new DataException("setting \"%s\": %s".formatted(label, e.getMessage()), e);
        }
        settings.add(SpecException.placed("setting \"%s\"".formatted(label), () -> setting(f, label, parsed, quick)));
    }

    private Setting setting(SpecFields f, String label, Task task, SpecFields quick) {
        Network network = Network.load(folder.resolve(f.text("network", "a network's file beside the study's")))
                .withInput(task.input());
        network.mustHaveLoss();
        network.mustHaveOptimizer();
        Checks.that(
                network.output().channels() == task.classes().size(),
                "the task has %d classes, and the network gives %d"
                        .formatted(task.classes().size(), network.output().channels()));
        List<String> without = f.has("without") ? words(f, "without") : List.of();
        mustBeKnown("without", without, variantLabels);
        int steps = f.integer("steps");
        Checks.that(steps <= MOST_STEPS, "field \"steps\" is %,d, expected at most %,d".formatted(steps, MOST_STEPS));
        int batch = f.integer("batch", BATCH);
        Checks.that(batch <= MOST_BATCH, "field \"batch\" is %,d, expected at most %,d".formatted(batch, MOST_BATCH));
        Metric metric = f.choice("metric", Metric.ACCURACY);
        Checks.that(metric.share(), "field \"metric\" is %s, expected accuracy or mean_iou".formatted(metric.id()));
        boolean timed = f.has("seconds") && !reading.quick();
        double seconds = f.number("seconds", 1);
        Checks.that(seconds > 0, "field \"seconds\" is %s, expected more than 0".formatted(seconds));
        return new Setting(
                label,
                f.word("need", Quality.NEEDS),
                task,
                Fingerprint.drawn(task),
                network,
                metric,
                batch,
                Math.min(steps, quick.integer("steps", steps)),
                timed ? OptionalDouble.of(seconds) : OptionalDouble.empty(),
                f.has("memory")
                        ? OptionalLong.of(bytes(f.text("memory", "bytes, such as \"8MB\"")))
                        : OptionalLong.empty(),
                places(f),
                without);
    }

    private static Map<String, String> places(SpecFields f) {
        Map<String, String> places = new HashMap<>();
        if (f.has("places")) {
            ObjectNode o = f.object("places", "an object such as {\"last\": \"conv3\"}");
            o.propertyNames().forEach(name -> places.put(name, new SpecFields(o).text(name, "names of layers")));
        }
        return places;
    }

    private static long bytes(String text) {
        try {
            return Bytes.parse(text);
        } catch (IllegalArgumentException e) {
            throw new SpecException("field \"memory\": " + e.getMessage());
        }
    }

    private List<Claim> claims(List<ObjectNode> all, List<Setting> settings, List<Variant> variants) {
        List<Claim> claims = new ArrayList<>();
        for (ObjectNode o : all) {
            SpecFields f = new SpecFields(o);
            String text = f.text("claim", "a sentence");
            f.rejectUnknown("claim's", List.of("claim", "source", "published", "tests", "untested", "conclusion"));
            List<Claim.Test> tests = new ArrayList<>();
            for (ObjectNode t : f.objects("tests", "a list of tests")) {
                SpecException.placed("claim \"%s\"".formatted(text), () -> test(t, settings, variants))
                        .ifPresent(tests::add);
            }
            boolean untested = f.has("untested");
            Checks.that(
                    untested != f.has("tests"),
                    "claim \"%s\" has %s, expected either \"tests\" or \"untested\""
                            .formatted(text, untested ? "both" : "neither"));
            if (untested || !tests.isEmpty()) {
                claims.add(new Claim(
                        text,
                        f.text("source", "where the claim stands"),
                        f.has("published") ? f.text("published", "figures") : "",
                        tests,
                        untested ? f.text("untested", "why") : "",
                        f.has("conclusion") ? f.text("conclusion", "a sentence") : ""));
            }
        }
        return claims;
    }

    private static Optional<Metric> metric(SpecFields f) {
        return f.has("metric") ? Optional.of(f.choice("metric", Metric.ACCURACY)) : Optional.empty();
    }

    /** Empty where the quick form, or missing files, left out a variant or all settings of the test. */
    private Optional<Claim.Test> test(ObjectNode o, List<Setting> settings, List<Variant> variants) {
        SpecFields f = new SpecFields(o);
        List<String> labels = settings.stream().map(Setting::label).toList();
        List<String> known = variants.stream().map(Variant::label).toList();
        List<String> given = f.has("settings") ? words(f, "settings") : labels;
        mustBeKnown("settings", given, settingLabels);
        List<String> left = given.stream().filter(labels::contains).toList();
        List<String> compared = new ArrayList<>();
        Claim.Test test;
        if (f.has("below") || f.has("above")) {
            f.rejectUnknown("bound's", List.of("variant", "metric", "below", "above", "settings"));
            Checks.that(f.has("below") != f.has("above"), "a bound has either \"below\" or \"above\"");
            compared.add(f.text("variant", "a label"));
            boolean below = f.has("below");
            test = new Claim.Bound(compared.getFirst(), metric(f), below, f.number(below ? "below" : "above", 0), left);
        } else {
            f.rejectUnknown("comparison's", List.of("left", "relation", "right", "metric", "margin", "settings"));
            compared.add(f.text("left", "a label"));
            compared.add(f.text("right", "a label"));
            double margin = f.number("margin", 0);
            Checks.that(margin >= 0, "field \"margin\" is %s, expected at least 0".formatted(margin));
            test = new Claim.Comparison(
                    compared.getFirst(),
                    f.choice("relation", Claim.Relation.ALIKE),
                    compared.getLast(),
                    metric(f),
                    margin,
                    left);
        }
        mustBeKnown("variants", compared, variantLabels);
        return left.isEmpty() || !known.containsAll(compared) ? Optional.empty() : Optional.of(test);
    }
}
