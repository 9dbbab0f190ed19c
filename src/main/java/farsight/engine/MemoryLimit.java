package farsight.engine;

/**
 * A limit for all arrays of a program together. On a device it is the smallest of TornadoVM's own limit, the device's
 * memory, and the machine's memory for the arrays' copies on the host.
 *
 * @param bytes the limit
 * @param name its source, for messages
 */
public record MemoryLimit(long bytes, String name) {

    /** TornadoVM's option for the memory that it uses of a device, one value for all devices. */
    static final String OPTION = "tornado.device.memory";

    private static final String DEFAULT = "4GB";

    /** Part of a GPU's memory that drivers and screens keep. */
    static final long RESERVED = 1L << 30;

    private static final String PREFIXES = "KMGTPE";

    /** Part of the machine's memory that arrays may take; the rest is the heap's and the system's. */
    private static final double SHARE = 0.85;

    /** The limit for arrays in this machine's memory. */
    public static MemoryLimit ofMachine() {
        return new MemoryLimit((long) (HostMemory.total() * SHARE), "this machine's usable memory");
    }

    /** The JVM's limit for arrays outside the heap. */
    public static MemoryLimit outsideHeap() {
        return new MemoryLimit(
                HostMemory.outsideHeap(), "the JVM's limit for arrays outside the heap (-XX:MaxDirectMemorySize)");
    }

    /**
     * The limit of one device.
     *
     * @param kind of the device: a {@code CPU} has only the machine's memory, which then holds its arrays twice
     * @param own all memory of the device
     * @param option most memory that TornadoVM may use
     * @param machine limit for arrays in this machine's memory
     * @param heapless the JVM's limit for arrays outside the heap
     */
    public static MemoryLimit ofDevice(String kind, long own, long option, MemoryLimit machine, MemoryLimit heapless) {
        MemoryLimit device = kind.equals("GPU") && own > 2 * RESERVED
                ? new MemoryLimit(own - RESERVED, "the device's memory less 1 GiB for its driver")
                : new MemoryLimit(own, "the device's memory");
        MemoryLimit room = kind.equals("CPU")
                ? new MemoryLimit(
                        machine.bytes / 2, "half of " + machine.name + " (a CPU device's arrays lie in it twice)")
                : new MemoryLimit(machine.bytes, machine.name + " for the arrays' copies on the host");
        return device.or(room)
                .or(heapless)
                .or(new MemoryLimit(option, "the memory that TornadoVM may take of the device (-D" + OPTION + ")"));
    }

    /** The smaller of two. */
    MemoryLimit or(MemoryLimit other) {
        return other.bytes < bytes ? other : this;
    }

    /**
     * The option's value in this process.
     *
     * @throws SettingException when TornadoVM could not read it; its classes would fail to load
     */
    public static long asked() {
        String text = System.getProperty(OPTION, DEFAULT);
        try {
            return size(text);
        } catch (NumberFormatException | ArithmeticException e) {
            throw new SettingException(
                    OPTION, text, "expected for example 20GB, where a GB is 1024³ bytes, or a number of bytes");
        }
    }

    /** A size as TornadoVM reads it: units are powers of 1024, so 4GB is 4·2³⁰ bytes. */
    private static long size(String text) {
        String number = text.endsWith("B") ? text.substring(0, text.length() - 1) : text;
        int last = number.length() - 1;
        int power = text.endsWith("B") && last >= 0 ? PREFIXES.indexOf(number.charAt(last)) + 1 : 0;
        if (power > 0) {
            number = number.substring(0, last);
        }
        long bytes = Math.multiplyExact(Long.parseLong(number), 1L << (10 * power));
        if (bytes < 1) {
            throw new NumberFormatException();
        }
        return bytes;
    }
}
