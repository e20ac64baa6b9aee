/**
 * NumPy's array files, and nothing else: their head, and writing arrays value by value into a
 * folder of {@code .npy} files or one {@code .npz}.
 *
 * <p>Main types: {@link org.senoscope.npy.NpyHeader}, {@link org.senoscope.npy.ArrayOutput}. Uses
 * the open packages only.
 */
@NullMarked
package org.senoscope.npy;

import org.jspecify.annotations.NullMarked;
