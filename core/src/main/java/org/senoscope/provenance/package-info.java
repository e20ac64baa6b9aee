/**
 * Who made this: commit, recipe hash, data hash, seed, versions, machine. Every bundle, evaluation
 * and report carries one {@link org.senoscope.provenance.Provenance}.
 *
 * <p>Open to every package; uses the JDK and the open packages.
 */
@NullMarked
package org.senoscope.provenance;

import org.jspecify.annotations.NullMarked;
