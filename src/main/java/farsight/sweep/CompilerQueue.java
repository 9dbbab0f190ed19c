package farsight.sweep;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Tells whether the JVM's compiler is busy with a run's code. */
final class CompilerQueue {

    /** Packages of a run's code. */
    private static final String OURS = " farsight.";

    private static final String TORNADO = " uk.ac.manchester.tornado.";

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private long before = -1;

    /**
     * Whether a run's code is being compiled or queued; on JVMs that do not say, whether any code was compiled since.
     */
    boolean busy() {
        return text().map(CompilerQueue::ours).orElseGet(this::workedSince);
    }

    /** The queue as {@code jcmd Compiler.queue} prints it. */
    Optional<String> text() {
        try {
            ObjectName commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
            return Optional.of((String) server.invoke(commands, "compilerQueue", new Object[0], new String[0]));
        } catch (JMException e) {
            return Optional.empty();
        }
    }

    private boolean workedSince() {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        long now = compiler != null && compiler.isCompilationTimeMonitoringSupported()
                ? compiler.getTotalCompilationTime()
                : 0;
        boolean worked = now != before;
        before = now;
        return worked;
    }

    /**
     * @param queue one line per method, with its full name
     */
    static boolean ours(String queue) {
        return queue.contains(OURS) || queue.contains(TORNADO);
    }
}
