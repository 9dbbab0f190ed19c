/**
 * The commands for networks: {@link farsight.cli.network.TrainCommand}, {@link farsight.cli.network.EvaluateCommand},
 * and what {@code describe}, {@code apply} and {@code gradient} do for a network.
 */
@NullMarked
package farsight.cli.network;

import org.jspecify.annotations.NullMarked;
