/**
 * Grey images: reading and writing them, turning, cutting and resampling them, and a hash of how
 * they look.
 *
 * <p>Main types: {@link org.senoscope.image.GreyImage}, {@link org.senoscope.image.ImageFiles},
 * {@link org.senoscope.image.Resampling}. May use {@code study} (and the open packages {@code
 * work}, {@code files}), of its own subpackages {@code codec} alone.
 */
@NullMarked
package org.senoscope.image;

import org.jspecify.annotations.NullMarked;
