/**
 * Two models on the same images: paired by image, with what stands in the way of a fair comparison.
 *
 * <p>Main types: {@link org.senoscope.evaluate.comparison.CompareModels}, {@link
 * org.senoscope.evaluate.comparison.Comparison}. The statistics live in {@code evaluate.metrics}.
 */
@NullMarked
package org.senoscope.evaluate.comparison;

import org.jspecify.annotations.NullMarked;
