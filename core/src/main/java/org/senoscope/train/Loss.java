package org.senoscope.train;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.senoscope.nn.Torch;
import org.senoscope.study.Task;

/**
 * Cross-entropy with class weights and label smoothing, summed over the tasks. An image without a
 * task's label takes no part in that task.
 */
final class Loss {
  private static final int MEAN = 1;
  private static final int IGNORED = -100;

  private final List<float[]> weights;
  private final double smoothing;
  private final Examples examples;

  Loss(Recipe.Training training, List<Task> tasks, Examples examples) {
    this.examples = examples;
    this.smoothing = training.labelSmoothing();
    this.weights =
        java.util.stream.IntStream.range(0, tasks.size())
            .mapToObj(
                task ->
                    weights(
                        training.classWeights(),
                        examples.counts(task, tasks.get(task).labels().size())))
            .toList();
  }

  /** The weight of each label; their mean over the training images is 1. */
  static float[] weights(Recipe.ClassWeights kind, int[] counts) {
    double power =
        switch (kind) {
          case NONE -> 0;
          case SQUARE_ROOT -> 0.5;
          case INVERSE -> 1;
        };
    double[] raw = new double[counts.length];
    double sum = 0;
    long images = 0;
    for (int label = 0; label < counts.length; label++) {
      // A label that no training image has must not draw: smoothing would pull every image to it.
      raw[label] = counts[label] == 0 ? 0 : Math.pow(counts[label], -power);
      sum += raw[label] * counts[label];
      images += counts[label];
    }
    float[] weights = new float[counts.length];
    for (int label = 0; label < counts.length; label++) {
      weights[label] = (float) (images == 0 ? 1 : raw[label] * images / sum);
    }
    return weights;
  }

  /**
   * A logit for each label: one alone is the second label's against a first of 0, which makes this
   * loss the binary cross-entropy of its logistic function.
   */
  private static Tensor eachLabel(Tensor logits) {
    return logits.size(1) == 1 ? torch.constant_pad_nd(logits, 1, 0) : logits;
  }

  /**
   * The loss of a batch.
   *
   * @param logits by task, each (n, labels)
   * @param images places in the cache
   */
  Tensor of(List<Tensor> logits, int[] images) {
    @Nullable Tensor total = null;
    for (int task = 0; task < logits.size(); task++) {
      long[] truth = new long[images.length];
      boolean some = false;
      for (int i = 0; i < images.length; i++) {
        int label = examples.label(task, images[i]);
        truth[i] = label >= 0 ? label : IGNORED;
        some |= label >= 0;
      }
      if (!some) {
        continue;
      }
      float[] own = weights.get(task);
      Tensor part =
          torch.cross_entropy_loss(
              eachLabel(logits.get(task)),
              Torch.copyOf(truth, truth.length),
              new TensorOptional(Torch.copyOf(own, own.length)),
              MEAN,
              IGNORED,
              smoothing);
      total = total == null ? part : total.add(part);
    }
    if (total == null) {
      throw new IllegalStateException("A batch has no image with a label");
    }
    return total;
  }
}
