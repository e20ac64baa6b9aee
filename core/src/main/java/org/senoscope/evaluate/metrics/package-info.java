/**
 * Metrics of a classifier and their 95% intervals: pure statistics on arrays, with no files and no
 * images.
 *
 * <p>Main types: {@link org.senoscope.evaluate.metrics.ClassificationMetrics} (values alone, for
 * validation during training), {@link org.senoscope.evaluate.metrics.Sample} (scored cases, sorted
 * once), {@link org.senoscope.evaluate.metrics.Assessment} (every metric of a sample). Beside them,
 * each from a sample: {@link org.senoscope.evaluate.metrics.PairedComparison} of two models, {@link
 * org.senoscope.evaluate.metrics.OperatingPoint} with {@link
 * org.senoscope.evaluate.metrics.PredictiveValues}, {@link
 * org.senoscope.evaluate.metrics.PrecisionRecall}, {@link
 * org.senoscope.evaluate.metrics.DecisionCurve} and {@link
 * org.senoscope.evaluate.metrics.RiskCoverage}. Uses the JDK, {@code files} (JSON) and {@code work}
 * (errors for the user).
 */
@NullMarked
package org.senoscope.evaluate.metrics;

import org.jspecify.annotations.NullMarked;
