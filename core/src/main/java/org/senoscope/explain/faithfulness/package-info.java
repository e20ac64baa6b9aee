/**
 * How faithful heatmaps are: whether they point at the lesion that readers outlined, and whether
 * the answer rests on the places that they show; each figure beside what chance would give.
 *
 * <p>Main type: {@link org.senoscope.explain.faithfulness.ScoreHeatmaps}. May use what {@code
 * explain} may: {@code image}, {@code model}, {@code onnx}, {@code safetensors}, {@code dataset},
 * {@code evaluate} and the open packages.
 */
@NullMarked
package org.senoscope.explain.faithfulness;

import org.jspecify.annotations.NullMarked;
