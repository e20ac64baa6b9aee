/** Plots as SVG, each with a sentence for those who cannot see it. */
@NullMarked
package org.senoscope.report.plots;

import org.jspecify.annotations.NullMarked;
