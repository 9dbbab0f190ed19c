/** The {@code farsight} command. */
@NullMarked
package farsight.cli;

import org.jspecify.annotations.NullMarked;
