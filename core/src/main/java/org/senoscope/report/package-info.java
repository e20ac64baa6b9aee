/**
 * What people read: the report of an evaluation as HTML (one file, nothing from the network, light
 * and dark) and as text, and the model card.
 *
 * <p>Main types: {@link org.senoscope.report.EvaluationReport}, {@link
 * org.senoscope.report.EvaluationText}. The parts of a report stand in {@code report.sections}. May
 * use {@code train}, {@code evaluate}, {@code explain}, {@code dataset}, {@code split}, {@code
 * model}, {@code study} and the open packages.
 */
@NullMarked
package org.senoscope.report;

import org.jspecify.annotations.NullMarked;
