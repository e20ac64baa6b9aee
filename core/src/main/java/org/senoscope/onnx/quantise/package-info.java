/**
 * Networks in 8 bits: a float network's graph is cleaned, what its activations range over is
 * counted, and it is written anew with a QuantizeLinear and a DequantizeLinear around what is to be
 * computed in integers, from which ONNX Runtime makes its integer operators.
 *
 * <p>Main type: {@link org.senoscope.onnx.quantise.Int8Network}. Runs nothing itself: who has an
 * engine hands over what the activations were. Uses {@code onnx} and the JDK.
 */
@NullMarked
package org.senoscope.onnx.quantise;

import org.jspecify.annotations.NullMarked;
