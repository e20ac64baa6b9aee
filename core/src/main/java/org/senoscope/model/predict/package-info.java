/**
 * From files and folders to answers, one after the other: as a table, JSON or CSV.
 *
 * <p>Main type: {@link org.senoscope.model.predict.PredictFiles}. May use {@code study}, {@code
 * image}, {@code model} and the open packages.
 */
@NullMarked
package org.senoscope.model.predict;

import org.jspecify.annotations.NullMarked;
