package farsight.engine;

import java.util.Locale;

/**
 * Which of an operation's kernels a device runs, decided here alone: the plain {@code @Parallel} loops, which suit a
 * processor's few wide cores, or their twins with work-groups and local memory, which suit a GPU.
 */
public enum KernelChoice {
    /** By the kind of the device: work-groups on GPUs, plain loops elsewhere. */
    AUTO,
    /** Plain loops everywhere. */
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

    /** Whether a device of this kind runs kernels with work-groups. */
    boolean groups(String kind) {
        return switch (this) {
            case AUTO -> kind.equals("GPU");
            case PLAIN -> false;
            case GROUPS -> true;
        };
    }
}
