/**
 * One archive for a machine that has nothing installed: the program, its own Java runtime, models
 * and samples. Main type: {@link org.senoscope.packaging.Packager}.
 *
 * <p>May use {@code model}, {@code server.models} (which finds bundles), the open packages and the
 * tools of the JDK that runs.
 */
@NullMarked
package org.senoscope.packaging;

import org.jspecify.annotations.NullMarked;
