/**
 * Checks of this machine, this JVM and its TornadoVM. Begin with {@link farsight.doctor.Doctor}, which runs them all.
 *
 * <table>
 *   <caption>Where to look</caption>
 *   <tr><th>For</th><th>See</th></tr>
 *   <tr><td>Java, the Vector API, memory</td><td>{@code JvmChecks}</td></tr>
 *   <tr><td>TORNADOVM_HOME and its SDK</td><td>{@code SdkChecks}, {@code Sdk}</td></tr>
 *   <tr><td>OpenCL, NVIDIA, Level Zero</td><td>{@code DriverChecks}, {@code Libraries}</td></tr>
 *   <tr><td>a small kernel on every engine</td><td>{@code EngineChecks}</td></tr>
 * </table>
 */
@NullMarked
package farsight.doctor;

import org.jspecify.annotations.NullMarked;
