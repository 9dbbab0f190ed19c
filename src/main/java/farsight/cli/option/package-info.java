/**
 * Options that several commands share. {@link farsight.cli.option.SpecOptions} chooses a block,
 * {@link farsight.cli.option.ModelOptions} its weights, {@link farsight.cli.option.InputOptions} an input file,
 * {@link farsight.cli.option.SizeOptions} an input's size, and {@link farsight.cli.option.DeviceOptions} a device.
 */
@NullMarked
package farsight.cli.option;

import org.jspecify.annotations.NullMarked;
