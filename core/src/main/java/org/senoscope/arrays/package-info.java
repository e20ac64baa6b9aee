/**
 * Split data sets as NumPy arrays, with copies of training images where they are asked for: made
 * after the split and of its training part alone.
 *
 * <p>Main type: {@link org.senoscope.arrays.ExportArrays}. May use {@code dataset}, {@code split},
 * {@code image} and {@code npy}.
 */
@NullMarked
package org.senoscope.arrays;

import org.jspecify.annotations.NullMarked;
