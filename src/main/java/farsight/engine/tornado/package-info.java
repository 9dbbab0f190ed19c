/**
 * TornadoVM devices: programs as task graphs of the {@code @Parallel} kernels. Begin with {@code TornadoEngine}.
 *
 * <table>
 *   <caption>Where to look</caption>
 *   <tr><th>For</th><th>See</th></tr>
 *   <tr><td>the devices of this machine</td><td>{@link farsight.engine.tornado.TornadoProvider},
 *       {@code TornadoEngine}</td></tr>
 *   <tr><td>a program as task graphs</td><td>{@code DeviceCall}, {@code DeviceGraph}, {@code DeviceProgram};
 *       {@code GraphSize} cuts a program that exceeds {@code GraphLimits}</td></tr>
 *   <tr><td>compiled programs that are used again</td><td>{@code ProgramPool}</td></tr>
 *   <tr><td>which twin of a kernel a device runs</td><td>{@code KernelChoice}</td></tr>
 *   <tr><td>a program's kernels for reading</td><td>{@link farsight.engine.tornado.KernelUse},
 *       {@code TornadoCode}</td></tr>
 *   <tr><td>cuBLAS for matrix products</td><td>{@code CublasTasks}</td></tr>
 * </table>
 */
@NullMarked
package farsight.engine.tornado;

import org.jspecify.annotations.NullMarked;
