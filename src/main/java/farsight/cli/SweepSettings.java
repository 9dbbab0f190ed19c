package farsight.cli;

import farsight.block.BlockSpec;
import farsight.block.Pass;
import farsight.cli.output.Version;
import farsight.data.InputFiles;
import farsight.engine.Bytes;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.Limits;
import farsight.engine.Processor;
import farsight.model.Model;
import farsight.sweep.BlockChoice;
import farsight.sweep.Features;
import farsight.sweep.SweepPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The options and conditions common to all points of one sweep. A sweep is resumed only if none of them differs, so
 * that all its figures are comparable.
 */
final class SweepSettings {

    private static final String NOT_GIVEN = "not given";

    private SweepSettings() {}

    /** The settings by name. */
    static SequencedMap<String, String> of(
            SweepPlan plan, List<Engine> engines, boolean spread, Features features, @Nullable Path input) {
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        settings.put("blocks", joined(plan.blocks().stream().map(BlockChoice::label)));
        settings.put("n", plan.positions().toString());
        // A spec file sets its own C and d, and many blocks have no d.
        if (plan.blocks().stream().anyMatch(BlockChoice::latent)) {
            settings.put("d", plan.latents().toString());
        }
        if (!plan.blocks().stream().allMatch(BlockChoice::fixed)) {
            settings.put("channels", Integer.toString(plan.channels()));
        }
        settings.put("batch", Integer.toString(plan.batch()));
        settings.put("pass", joined(plan.passes().stream().map(Pass::toString)));
        settings.put("device", joined(engines.stream().map(Engine::id)));
        if (spread) {
            settings.put("spread", "over these devices");
        }
        if (plan.budgetBytes() != Model.UNLIMITED) {
            settings.put("memory", Long.toString(plan.budgetBytes()));
        }
        if (plan.mostNanos() != Long.MAX_VALUE) {
            settings.put("time", plan.mostNanos() / 1e9 + " s");
        }
        settings.put("features", features.description());
        if (input != null) {
            settings.put("SHA-256 of the features' file", InputFiles.sha256(input, "features"));
        }
        for (BlockChoice choice : plan.blocks()) {
            int d = Math.toIntExact(plan.latents().getFirst());
            settings.put(
                    "spec of " + choice.label(),
                    BlockSpec.write(choice.make().apply(plan.channels(), choice.latent() ? d : 0)));
        }
        conditions(engines, settings);
        return settings;
    }

    private static void conditions(List<Engine> engines, SequencedMap<String, String> settings) {
        for (Engine e : engines) {
            Limits limits = e.limits();
            settings.put(
                    e.id(),
                    "%s, memory %s, one array %s"
                            .formatted(
                                    e.description(),
                                    Bytes.text(limits.memoryBytes()),
                                    Bytes.text(limits.arrayFloats() * Float.BYTES)));
        }
        if (engines.stream().anyMatch(e -> e.facts().isPresent())) {
            Engines.tornadoVersion().ifPresent(version -> settings.put("TornadoVM", version));
            new TreeMap<>(System.getProperties()).forEach((name, value) -> {
                if (name.toString().matches("(tornado|farsight)\\..*")) {
                    settings.put("-D" + name, value.toString());
                }
            });
        }
        settings.put("machine", Processor.name() + ", " + Runtime.getRuntime().availableProcessors() + " cores");
        settings.put("Java", Runtime.version().toString());
        settings.put("Farsight", Version.text());
    }

    /** The differences, each as {@code name was this and is now that}; empty if there are none. */
    static String differences(Map<String, String> before, Map<String, String> now) {
        Set<String> names = new LinkedHashSet<>(now.keySet());
        names.addAll(before.keySet());
        List<String> all = new ArrayList<>();
        for (String name : names) {
            String was = before.getOrDefault(name, NOT_GIVEN);
            String is = now.getOrDefault(name, NOT_GIVEN);
            if (!was.equals(is)) {
                all.add(name + " was " + was + " and is now " + is);
            }
        }
        return String.join("; ", all);
    }

    private static String joined(Stream<String> words) {
        return words.collect(Collectors.joining(","));
    }
}
