/**
 * Networks that were trained by other programs, as bundles of ours.
 *
 * <p>Main type: {@link org.senoscope.foreign.ImportModel}. What files such networks lie in, {@code
 * foreign.formats} knows; {@code foreign.keras} reads those of Keras, and alone knows the HDF5
 * library. May use {@code study}, {@code image}, {@code model}, {@code onnx}, {@code safetensors}
 * and the open packages.
 */
@NullMarked
package org.senoscope.foreign;

import org.jspecify.annotations.NullMarked;
