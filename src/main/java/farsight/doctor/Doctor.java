package farsight.doctor;

import java.util.ArrayList;
import java.util.List;

/** Checks everything that Farsight runs on. */
public final class Doctor {

    private Doctor() {}

    /**
     * Looks at everything; runs one small kernel on every engine. What it finds is never thrown.
     *
     * @throws farsight.engine.SettingException when a property that devices go by cannot be read
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
        // Only now, as a driver takes signals when it first compiles.
        all.addAll(SignalChecks.all());
        List<String> usable = engines.stream()
                .filter(f -> f.status() == Outcome.OK)
                .map(Finding::subject)
                .toList();
        return new Examination(all, usable);
    }
}
