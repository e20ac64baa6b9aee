/**
 * What of a picture stays when it is copied: its texture, whatever the brightness, size and
 * quality, seen from any of the eight sides that turning and mirroring give; and a hash of it.
 *
 * <p>Main types: {@link org.senoscope.image.likeness.Texture}, {@link
 * org.senoscope.image.likeness.PictureHash}. May use {@code image} and the open packages.
 */
@NullMarked
package org.senoscope.image.likeness;

import org.jspecify.annotations.NullMarked;
