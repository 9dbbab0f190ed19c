package farsight.engine;

import farsight.text.Line;
import farsight.vector.VectorSupport;
import java.util.List;

/** The requested device is not there. */
public final class UnknownDeviceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** One line that lists the devices that are there, and says what the requested one lacks. */
    public UnknownDeviceException(String id, List<String> present) {
        super("no device '" + Line.excerpt(id) + "'; this process has " + String.join(", ", present) + hint(id));
    }

    private static String hint(String id) {
        if (id.equals("vector")) {
            return " (" + VectorSupport.missing() + ")";
        }
        if (id.contains(":") && !TornadoRuntime.present()) {
            return " (TornadoVM is not loaded: set TORNADOVM_HOME to an SDK and start through ./farsight; farsight doctor says what is missing)";
        }
        return "";
    }
}
