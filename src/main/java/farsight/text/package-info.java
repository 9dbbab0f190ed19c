/**
 * Text that comes from outside and text that goes out: {@link farsight.text.Line} for messages, {@link
 * farsight.text.Utf8} for what is read, {@link farsight.text.Nearest} for "did you mean".
 */
@NullMarked
package farsight.text;

import org.jspecify.annotations.NullMarked;
