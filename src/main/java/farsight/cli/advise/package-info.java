/** The command that advises which block to take: {@link farsight.cli.advise.AdviseCommand}. */
@NullMarked
package farsight.cli.advise;

import org.jspecify.annotations.NullMarked;
