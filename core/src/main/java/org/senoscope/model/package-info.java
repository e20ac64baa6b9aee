/**
 * The model bundle, all that inference needs in one folder, and the predictor that runs it on ONNX
 * Runtime.
 *
 * <p>Main types: {@link org.senoscope.model.Bundle}, {@link org.senoscope.model.Predictor}. May use
 * {@code study}, {@code image}, {@code provenance}, {@code safetensors}, {@code onnx} and the open
 * packages. The only package that knows ONNX Runtime's types.
 */
@NullMarked
package org.senoscope.model;

import org.jspecify.annotations.NullMarked;
