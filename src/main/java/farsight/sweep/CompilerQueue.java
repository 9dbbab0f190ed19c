package farsight.sweep;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** What the JVM's compiler is at. */
final class CompilerQueue {

    /** Packages whose code a run is made of. */
    private static final String OURS = " farsight.";

    private static final String TORNADO = " uk.ac.manchester.tornado.";

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private long before = -1;

    /** Whether code that a run is made of is being compiled or waits for it; of JVMs that do not say, whether any was since. */
    boolean busy() {
        return text().map(CompilerQueue::ours).orElseGet(this::workedSince);
    }

    /** As {@code jcmd Compiler.queue} prints it. */
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

    /** @param queue a line for each method, with its full name */
    static boolean ours(String queue) {
        return queue.contains(OURS) || queue.contains(TORNADO);
    }
}
