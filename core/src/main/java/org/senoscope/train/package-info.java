/**
 * Training: the recipe, the images' cache and augmentation, the loop, its schedules, checkpoints
 * and resuming, and the run over the parts of a split that ends in a bundle. {@link
 * org.senoscope.train.RunProgress} and {@link org.senoscope.train.LearningCurves} read a run's
 * folder while another process trains in it, and need no libtorch.
 *
 * <p>Main types: {@link org.senoscope.train.Recipe} and {@link org.senoscope.train.TrainRun}. May
 * use {@code dataset}, {@code split}, {@code image}, {@code nn}, {@code onnx}, {@code safetensors},
 * {@code model}, {@code evaluate} and the open packages.
 */
@NullMarked
package org.senoscope.train;

import org.jspecify.annotations.NullMarked;
