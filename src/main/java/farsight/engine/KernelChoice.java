package farsight.engine;

import farsight.op.GroupLimits;
import java.util.Locale;

/**
 * Which of an operation's kernels a device runs, and whether in groups, decided here alone: the plain {@code @Parallel}
 * loops, started as TornadoVM chooses, which suits a processor's few wide cores; or their twins with local memory, and
 * the loops that have none in groups of whole warps, which suits a GPU.
 */
public enum KernelChoice {
    /** By the kind of the device: work-groups on GPUs, plain loops elsewhere. */
    AUTO,
    /** Plain loops everywhere, on GPUs in groups. */
    PLAIN,
    /** Work-groups wherever an operation has such a kernel and the device's limits allow it. */
    GROUPS;

    /** The system property that overrides the choice; {@code auto}, {@code plain} or {@code groups}. */
    public static final String PROPERTY = "farsight.kernels";

    /**
     * What the property asks for.
     *
     * @throws SettingException when it names no choice, saying what is allowed
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

    /** What a work-group of the device may take: without local memory no twin fits, and what is left are the loops. */
    GroupLimits limits(DeviceFacts device) {
        boolean gpu = device.kind().equals("GPU");
        return switch (this) {
            case AUTO -> gpu ? new GroupLimits(device.localBytes(), device.workGroup()) : GroupLimits.NONE;
            case PLAIN -> gpu ? new GroupLimits(0, device.workGroup()) : GroupLimits.NONE;
            case GROUPS -> new GroupLimits(device.localBytes(), device.workGroup());
        };
    }
}
