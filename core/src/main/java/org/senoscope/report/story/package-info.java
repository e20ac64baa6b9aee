/**
 * What a report tells beside an evaluation, read from the run, the bundle and the images: how the
 * training went, what the model is, pictures of cases.
 *
 * <p>Main type: {@link org.senoscope.report.story.Background}.
 */
@NullMarked
package org.senoscope.report.story;

import org.jspecify.annotations.NullMarked;
