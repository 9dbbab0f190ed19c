/**
 * Engines, the places where programs run. Begin with {@link farsight.engine.Engine} and
 * {@link farsight.engine.Session}.
 *
 * <table>
 *   <caption>Where to look</caption>
 *   <tr><th>For</th><th>See</th></tr>
 *   <tr><td>the engines of this machine</td><td>{@link farsight.engine.Engines}; engines from other libraries
 *       {@link farsight.engine.EngineProvider}</td></tr>
 *   <tr><td>{@code java}, the plain loops in one thread; {@code vector}, the Vector API on all cores</td>
 *       <td>{@code JavaEngine}, {@code VectorEngine}; both run a {@code HostSession}</td></tr>
 *   <tr><td>TornadoVM devices</td><td>{@code engine.tornado}; {@link farsight.engine.TornadoRuntime} says whether
 *       TornadoVM is there, {@link farsight.engine.Engine#withLibrary} is a device with cuBLAS</td></tr>
 *   <tr><td>whether a program fits</td><td>{@link farsight.engine.Limits}, {@link farsight.engine.HostMemory},
 *       {@link farsight.engine.ProcessMemory}; {@link farsight.engine.RefusedException} when it does not</td></tr>
 *   <tr><td>a device's code for a kernel</td><td>{@link farsight.engine.KernelCode}</td></tr>
 *   <tr><td>a device that is not there or does not work</td><td>{@link farsight.engine.UnknownDeviceException},
 *       {@link farsight.engine.DriverException}</td></tr>
 * </table>
 */
@NullMarked
package farsight.engine;

import org.jspecify.annotations.NullMarked;
