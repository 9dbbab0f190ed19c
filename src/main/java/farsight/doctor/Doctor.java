package farsight.doctor;

import java.util.ArrayList;
import java.util.List;

/** Checks everything that Farsight runs on. */
public final class Doctor {

    private Doctor() {}

    /**
     * Checks everything, and runs one small kernel on every engine. Findings are returned, never thrown.
     *
     * @throws farsight.engine.SettingException when a property for devices cannot be read
     */
    public static Examination examine() {
        return examine(Surroundings.here());
    }

    static Examination examine(Surroundings here) {
        List<Finding> engines = EngineChecks.all(here);
        List<Finding> all = new ArrayList<>(JvmChecks.all());
        all.addAll(SdkChecks.all(here));
        all.addAll(DriverChecks.all(here));
        all.addAll(engines);
        // Last, because a driver replaces signal handlers when it first compiles.
        all.addAll(SignalChecks.all());
        List<String> usable = engines.stream()
                .filter(f -> f.status() == Outcome.OK)
                .map(Finding::subject)
                .toList();
        return new Examination(all, usable);
    }
}
