package farsight.op;

import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task10;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task11;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task12;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task13;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task14;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task15;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task3;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task4;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task6;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task7;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task8;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;

/** Runs a task's kernel method as plain Java, in this thread. */
public final class JavaTask {

    private JavaTask() {}

    /**
     * Calls the kernel that a TornadoVM task graph would compile, with the same arguments.
     *
     * @throws IllegalArgumentException for a number of arguments that no kernel of ours has
     */
    public static void run(TaskPackage task) {
        run(task.getTaskParameters());
    }

    /** The same, with the method and its arguments as a task holds them. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    static void run(Object[] p) {
        switch (p.length - 1) {
            case 3 -> ((Task3) p[0]).apply(p[1], p[2], p[3]);
            case 4 -> ((Task4) p[0]).apply(p[1], p[2], p[3], p[4]);
            case 5 -> ((Task5) p[0]).apply(p[1], p[2], p[3], p[4], p[5]);
            case 6 -> ((Task6) p[0]).apply(p[1], p[2], p[3], p[4], p[5], p[6]);
            case 7 -> ((Task7) p[0]).apply(p[1], p[2], p[3], p[4], p[5], p[6], p[7]);
            case 8 -> ((Task8) p[0]).apply(p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8]);
            case 9 -> ((Task9) p[0]).apply(p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9]);
            case 10 -> ((Task10) p[0]).apply(p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10]);
            case 11 -> ((Task11) p[0]).apply(p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11]);
            case 12 -> ((Task12) p[0]).apply(p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11], p[12]);
            case 13 ->
                ((Task13) p[0]).apply(p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11], p[12], p[13]);
            case 14 ->
                ((Task14) p[0])
                        .apply(p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11], p[12], p[13], p[14]);
            case 15 ->
                ((Task15) p[0])
                        .apply(
                                p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11], p[12], p[13], p[14],
                                p[15]);
            default -> throw new IllegalArgumentException("no kernel takes " + (p.length - 1) + " arguments");
        }
    }
}
