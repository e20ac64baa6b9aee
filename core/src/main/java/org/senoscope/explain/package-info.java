/**
 * Why a model says what it says: heatmaps over the image as it was read.
 *
 * <p>Main type: {@link org.senoscope.explain.Heatmap}. May use {@code study}, {@code image}, {@code
 * model} and the open packages.
 */
@NullMarked
package org.senoscope.explain;

import org.jspecify.annotations.NullMarked;
