/**
 * Group-aware splits and folds: which image is in train, validation or test, or in which fold. A
 * group (patient, pair of breasts, duplicates) is never cut.
 *
 * <p>Main types: {@link org.senoscope.split.SplitDataset} makes a split, {@link
 * org.senoscope.split.Split} is one. May use {@code study}, {@code dataset} and the open packages.
 */
@NullMarked
package org.senoscope.split;

import org.jspecify.annotations.NullMarked;
