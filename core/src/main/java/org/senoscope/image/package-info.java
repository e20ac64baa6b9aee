/**
 * Grey images: reading and writing them, and the steps that prepare them for a network, each a
 * small named transform.
 *
 * <p>Main types: {@link org.senoscope.image.GreyImage}, {@link org.senoscope.image.ImageFiles},
 * {@link org.senoscope.image.Preprocessing}. May use {@code study} (and the open packages {@code
 * work}, {@code files}).
 */
@NullMarked
package org.senoscope.image;

import org.jspecify.annotations.NullMarked;
