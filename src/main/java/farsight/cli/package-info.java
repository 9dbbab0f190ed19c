/**
 * The {@code farsight} command.
 *
 * <table>
 *   <caption>Where to look</caption>
 *   <tr><th>For</th><th>See</th></tr>
 *   <tr><td>the list of commands</td><td>{@link farsight.cli.Main}; each is a class named after it, for example
 *       {@code ApplyCommand}</td></tr>
 *   <tr><td>options that commands share</td><td>{@code cli.option}</td></tr>
 *   <tr><td>output</td><td>{@code cli.output}; {@code RunReport} after a run, {@code Description} of a
 *       block, {@code GuessReport} of a guess from a checkpoint, {@code CheckReport} of its gradients, {@code
 *       KernelsReport} of its kernels</td></tr>
 *   <tr><td>the folder of a sweep</td><td>{@code SweepFolder}</td></tr>
 *   <tr><td>the processes of a sweep</td><td>{@code SweepWorkers} has one {@code SweepWorker} per device, which asks;
 *       {@code SweepAnswers} in that process answers; {@code WorkerEnd} interprets its exit code</td></tr>
 *   <tr><td>errors and exit codes</td><td>{@code Failures}: one line on stderr, {@link farsight.cli.output.ExitCode}</td></tr>
 * </table>
 */
@NullMarked
package farsight.cli;

import org.jspecify.annotations.NullMarked;
