/**
 * The safetensors file format: named arrays of numbers behind a JSON header, nothing executable.
 *
 * <p>Main types: {@link org.senoscope.safetensors.SafetensorsFile}, {@link
 * org.senoscope.safetensors.SafetensorsWriter}. For {@code onnx}, {@code nn}, {@code model} and
 * {@code train}; uses the open packages.
 */
@NullMarked
package org.senoscope.safetensors;

import org.jspecify.annotations.NullMarked;
