/**
 * The safetensors file format: named arrays of numbers behind a JSON header, nothing executable.
 *
 * <p>Main types: {@link org.senoscope.safetensors.SafetensorsFile}, {@link
 * org.senoscope.safetensors.SafetensorsWriter}. Open to every package; uses the JDK, Jackson and
 * {@code files}.
 */
@NullMarked
package org.senoscope.safetensors;

import org.jspecify.annotations.NullMarked;
