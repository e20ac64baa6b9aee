/**
 * Metrics of a classifier and their 95% intervals: pure statistics on arrays, with no files and no
 * images.
 *
 * <p>Main types: {@link org.senoscope.evaluate.metrics.ClassificationMetrics} (values alone, for
 * validation during training), {@link org.senoscope.evaluate.metrics.Sample}. Uses the JDK and
 * {@code files} (JSON).
 */
@NullMarked
package org.senoscope.evaluate.metrics;

import org.jspecify.annotations.NullMarked;
