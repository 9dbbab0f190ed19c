package farsight.engine.tornado;

import farsight.engine.SettingException;

/**
 * The capacity of one task graph of TornadoVM 5.2. Beyond the first three limits it fails with one of Java's own
 * exceptions, and no option raises them.
 *
 * @param recorded bytes of the recording ({@code TornadoTaskGraph.highLevelCode})
 * @param tasks calls ({@code TornadoExecutionContext.MAX_TASKS})
 * @param nodes nodes of the graph that the recording becomes ({@code TornadoGraph.INITIAL_SIZE})
 * @param code bytes of the code that the graph becomes ({@code TornadoVMBytecodeBuilder}), by {@link #CODE_OPTION}
 */
record GraphLimits(int recorded, int tasks, int nodes, int code) {

    /** TornadoVM's option for the code of a task graph. */
    static final String CODE_OPTION = "tornado.tvm.maxbytecodesize";

    private static final int RECORDED = 8_192;
    private static final int TASKS = 256;
    private static final int NODES = 1_024;

    /** TornadoVM's own default when the option is not set. */
    private static final String CODE = "4096";

    /**
     * The limits of this process.
     *
     * @throws SettingException when the option is not a number of bytes
     */
    static GraphLimits asked() {
        String code = System.getProperty(CODE_OPTION, CODE);
        try {
            return new GraphLimits(RECORDED, TASKS, NODES, Integer.parseInt(code));
        } catch (NumberFormatException e) {
            throw new SettingException(CODE_OPTION, code, "expected a number of bytes, for example 65536");
        }
    }

    /** Whether a graph of this size fits. */
    boolean hold(GraphSize size) {
        return size.recorded() <= recorded && size.tasks() <= tasks && size.nodes() <= nodes && size.code() <= code;
    }

    /** Which limit a size exceeds, and by what. */
    String excess(GraphSize size) {
        if (size.recorded() > recorded) {
            return "needs %,d bytes; TornadoVM records %,d per task graph".formatted(size.recorded(), recorded);
        }
        if (size.tasks() > tasks) {
            return "is one of %,d; TornadoVM takes %,d per task graph".formatted(size.tasks(), tasks);
        }
        if (size.nodes() > nodes) {
            return "needs %,d nodes; TornadoVM has %,d per task graph".formatted(size.nodes(), nodes);
        }
        return "needs %,d bytes of TornadoVM's code; -D%s is %,d".formatted(size.code(), CODE_OPTION, code);
    }
}
