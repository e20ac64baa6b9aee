/**
 * The files that networks of other programs lie in, told by their bytes.
 *
 * <p>Main type: {@link org.senoscope.foreign.formats.ModelFiles}. May use {@code foreign}, {@code
 * foreign.keras}, {@code onnx}, {@code safetensors} and the open packages.
 */
@NullMarked
package org.senoscope.foreign.formats;

import org.jspecify.annotations.NullMarked;
