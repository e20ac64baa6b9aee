/**
 * Why a model says what it says: heatmaps over the image as it was read.
 *
 * <p>Main type: {@link org.senoscope.explain.Heatmap}. How faithful they are is scored in {@link
 * org.senoscope.explain.faithfulness}, which alone uses {@code onnx}, {@code safetensors}, {@code
 * dataset} and {@code evaluate}. May use {@code image}, {@code model} and the open packages.
 */
@NullMarked
package org.senoscope.explain;

import org.jspecify.annotations.NullMarked;
