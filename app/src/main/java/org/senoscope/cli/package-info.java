/**
 * The command line: one thin picocli command per verb. A command reads its options, calls one use
 * case of the library, and prints; nothing else is decided here. The only package that writes to
 * standard output.
 *
 * <p>Main type: {@link org.senoscope.cli.Main}.
 */
@NullMarked
package org.senoscope.cli;

import org.jspecify.annotations.NullMarked;
