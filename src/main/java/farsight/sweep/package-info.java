/** The harness: runs blocks over N and d on an engine and keeps every finished point. */
@NullMarked
package farsight.sweep;

import org.jspecify.annotations.NullMarked;
