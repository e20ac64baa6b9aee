/**
 * Networks on libtorch: a small vocabulary of layers, each of which knows its forward pass and its
 * ONNX node; the families built from it; their weights, optimiser and export.
 *
 * <p>Main types: {@link org.senoscope.nn.Network} (what a network is, as data) and {@link
 * org.senoscope.nn.Net} (one with weights). May use {@code safetensors}, {@code onnx} and the open
 * packages. libtorch's types appear here and in {@code train} alone.
 */
@NullMarked
package org.senoscope.nn;

import org.jspecify.annotations.NullMarked;
