/**
 * Text of messages and input files: {@link farsight.text.Line} prints messages on one line, {@link farsight.text.Utf8}
 * reads files, {@link farsight.text.Nearest} finds the name for "did you mean".
 */
@NullMarked
package farsight.text;

import org.jspecify.annotations.NullMarked;
