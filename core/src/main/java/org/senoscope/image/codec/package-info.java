/**
 * What image files look like inside: decoders of bytes to grey values, and the PNG writer. Every
 * decoder checks the header against a pixel limit before it makes room for pixels, and says in one
 * phrase what is wrong with a file.
 *
 * <p>Main type: {@link org.senoscope.image.codec.ImageDecoder}. For {@code image} and {@code
 * dataset.importer} alone; uses the JDK and the TwelveMonkeys readers.
 */
@NullMarked
package org.senoscope.image.codec;

import org.jspecify.annotations.NullMarked;
