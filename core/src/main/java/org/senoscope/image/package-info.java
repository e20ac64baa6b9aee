/**
 * Grey images: reading and writing them, and the steps that prepare them for a network, each a
 * small named transform.
 *
 * <p>Main type: {@link org.senoscope.image.GreyImage}. May use {@code study} (and the open packages
 * {@code work}, {@code files}).
 */
@NullMarked
package org.senoscope.image;

import org.jspecify.annotations.NullMarked;
