/**
 * What an evaluation's cases are and where they come from: the way from files to analysed images
 * with every exclusion, what the audit found, how the data set was split, and what is known of an
 * image beside its label.
 *
 * <p>Main type: {@link org.senoscope.evaluate.material.Material}. May use {@code dataset}, {@code
 * split}, {@code study} and the open packages; knows nothing of scores.
 */
@NullMarked
package org.senoscope.evaluate.material;

import org.jspecify.annotations.NullMarked;
