/**
 * Networks in Keras's files: plain stacks of layers, read without running anything, as ONNX graphs.
 *
 * <p>Main type: {@link org.senoscope.foreign.keras.KerasModels}. May use {@code foreign}, {@code
 * onnx}, {@code safetensors} and the open packages; the only package that knows the HDF5 library.
 */
@NullMarked
package org.senoscope.foreign.keras;

import org.jspecify.annotations.NullMarked;
