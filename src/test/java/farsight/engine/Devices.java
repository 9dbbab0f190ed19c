package farsight.engine;

import java.util.List;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The TornadoVM devices for device tests; without one a test is skipped and says why. */
public final class Devices implements ExecutionCondition, BeforeAllCallback {

    /** Every device that this process has. */
    public static List<Engine> present() {
        return Engines.present().stream().filter(e -> e.id().contains(":")).toList();
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (!TornadoRuntime.present()) {
            return ConditionEvaluationResult.disabled("no TornadoVM SDK: TORNADOVM_HOME is not set or has none");
        }
        if (present().isEmpty()) {
            return ConditionEvaluationResult.disabled("TornadoVM finds no device");
        }
        return ConditionEvaluationResult.enabled(
                "runs on " + present().stream().map(Engine::id).toList());
    }

    /** Names the devices in each class's output, where the summary of the device tests looks for them. */
    @Override
    public void beforeAll(ExtensionContext context) {
        present().forEach(e -> System.out.println("farsight.device: " + e.id() + " " + e.description()));
    }
}
