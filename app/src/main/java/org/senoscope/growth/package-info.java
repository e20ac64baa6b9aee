/**
 * What import, audit, split and training take as data sets grow: a made set of any size, the verbs
 * run on it one after the other as processes of their own, and their time and memory as figures and
 * a plot. Main type: {@link org.senoscope.growth.GrowthRun}.
 *
 * <p>May use {@code image.codec} (to write what it makes), {@code report.plots} and the open
 * packages.
 */
@NullMarked
package org.senoscope.growth;

import org.jspecify.annotations.NullMarked;
