package farsight.engine.tornado;

import farsight.engine.DeviceFacts;
import farsight.engine.SettingException;
import farsight.op.GroupLimits;
import java.util.Locale;

/**
 * Which of an operation's kernels a device runs, and whether in groups; decided only here. A processor with its few
 * wide cores runs the plain {@code @Parallel} loops, started as TornadoVM chooses. A GPU runs the twins with local
 * memory; loops that have no twin run in groups of whole warps.
 */
public enum KernelChoice {
    /** By the device's kind: work-groups on GPUs, plain loops elsewhere. */
    AUTO,
    /** Plain loops everywhere; on GPUs in groups. */
    PLAIN,
    /** Work-groups wherever an operation has such a kernel and the device's limits allow it. */
    GROUPS;

    /** The system property that overrides the choice; {@code auto}, {@code plain} or {@code groups}. */
    public static final String PROPERTY = "farsight.kernels";

    /**
     * The choice that the property names.
     *
     * @throws SettingException when it names no choice; the message lists the allowed values
     */
    static KernelChoice asked() {
        String text = System.getProperty(PROPERTY, "auto");
        for (KernelChoice c : values()) {
            if (c.name().toLowerCase(Locale.ROOT).equals(text)) {
                return c;
            }
        }
        throw new SettingException(PROPERTY, text, "expected auto, plain or groups");
    }

    /** What a work-group of the device may use. Without local memory no twin fits, so plain loops remain. */
    GroupLimits limits(DeviceFacts device) {
        boolean gpu = device.kind().equals("GPU");
        return switch (this) {
            case AUTO -> gpu ? new GroupLimits(device.localBytes(), device.workGroup()) : GroupLimits.NONE;
            case PLAIN -> gpu ? new GroupLimits(0, device.workGroup()) : GroupLimits.NONE;
            case GROUPS -> new GroupLimits(device.localBytes(), device.workGroup());
        };
    }
}
