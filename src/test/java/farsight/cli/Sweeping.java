package farsight.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Tests that run {@code farsight sweep} into their own folder. */
abstract class Sweeping {

    @TempDir
    Path folder;

    Cli.Result sweep(Object... args) {
        List<Object> all = new ArrayList<>(List.of("sweep", "--output", folder.resolve("out")));
        all.addAll(List.of(args));
        boolean specsAlone = List.of(args).stream().anyMatch(a -> a.toString().endsWith(".json"));
        if (!specsAlone) {
            all.addAll(List.of("--channels", "16"));
        }
        return Cli.run(all.toArray());
    }

    Cli.Result quick(Object... args) {
        List<Object> all = new ArrayList<>(List.of("--blocks", "se", "--n", "16"));
        all.addAll(List.of(args));
        return sweep(all.toArray());
    }
}
