/**
 * The output of commands. {@link farsight.cli.output.Console} prints text or JSON and
 * {@link farsight.cli.output.TextTable} a table; {@link farsight.cli.output.OutputFile} and
 * {@link farsight.cli.output.OutputFolder} check a place before the work begins;
 * {@link farsight.cli.output.ExitCode} lists the exit codes.
 */
@NullMarked
package farsight.cli.output;

import org.jspecify.annotations.NullMarked;
