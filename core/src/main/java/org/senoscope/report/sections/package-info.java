/**
 * The parts of an evaluation's report, a class each, in the order of {@link
 * org.senoscope.report.sections.Sections}.
 */
@NullMarked
package org.senoscope.report.sections;

import org.jspecify.annotations.NullMarked;
