/**
 * From a network's logits to probabilities that hold, and to sets of labels that hold the truth as
 * often as they say.
 *
 * <p>Main types: {@link org.senoscope.calibration.Calibrator} (five of them, fitted by {@link
 * org.senoscope.calibration.CalibrationMethod}), {@link
 * org.senoscope.calibration.CalibrationChoice} (which of them), {@link
 * org.senoscope.calibration.CrossFit} (probabilities of cases that the calibrator has not seen),
 * {@link org.senoscope.calibration.ConformalSets}. Pure statistics on arrays: knows no data set, no
 * bundle and no file. Uses the JDK and the open packages.
 */
@NullMarked
package org.senoscope.calibration;

import org.jspecify.annotations.NullMarked;
