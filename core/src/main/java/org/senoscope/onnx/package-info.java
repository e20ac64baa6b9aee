/**
 * Writing ONNX models: the graph as nodes, initializers and value infos, in protobuf's wire format.
 *
 * <p>{@link org.senoscope.onnx.SingleFileOnnx} joins a written model with weights that lie beside
 * it.
 *
 * <p>{@code onnx.quantise} brings a network to integers of 8 bits.
 *
 * <p>Main type: {@link org.senoscope.onnx.OnnxGraph}. Uses the JDK and {@code files} only, so that
 * what writes a network needs no protobuf compiler.
 */
@NullMarked
package org.senoscope.onnx;

import org.jspecify.annotations.NullMarked;
