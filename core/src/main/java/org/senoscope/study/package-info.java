/**
 * The words of the field as records and enums: modality, laterality, view, pathology, task, region,
 * prediction.
 *
 * <p>Main type: {@link org.senoscope.study.Prediction}. Open to every package; uses the JDK only.
 */
@NullMarked
package org.senoscope.study;

import org.jspecify.annotations.NullMarked;
