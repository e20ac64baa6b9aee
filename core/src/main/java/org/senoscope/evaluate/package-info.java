/**
 * Honest evaluation of a classifier: what was scored, by which protocol, with which intervals, and
 * whether the images had been seen in training.
 *
 * <p>Main types: {@link org.senoscope.evaluate.EvaluateModel}, {@link
 * org.senoscope.evaluate.Evaluation}. The statistics themselves live in {@code evaluate.metrics},
 * what the cases are in {@code evaluate.material}; {@code evaluate.comparison} sets two evaluations
 * side by side. May use {@code study}, {@code dataset}, {@code split}, {@code image}, {@code
 * model}, {@code calibration}, {@code refusal}, {@code provenance} and the open packages.
 */
@NullMarked
package org.senoscope.evaluate;

import org.jspecify.annotations.NullMarked;
