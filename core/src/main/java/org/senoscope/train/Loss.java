package org.senoscope.train;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.senoscope.nn.Torch;
import org.senoscope.study.Task;

/**
 * Cross-entropy with class weights and label smoothing, summed over the tasks. An image without a
 * task's label takes no part in that task, and a task counts by the share of a batch that has its
 * label: the few images of a rare task would else move the network as much as all others.
 *
 * <p>With logit adjustment (Menon et al. 2021, "Long-tail learning via logit adjustment") a label's
 * logit is raised in training by a share of the logarithm of how frequent it is in the data set
 * that the image comes from. The network then need not learn how frequent labels are, neither in
 * general nor at one hospital, whose images it would have to tell from the others' for that.
 *
 * <p>Where lesion masks are learned, their loss is added: for each image whose mask is known, the
 * mean binary cross-entropy over the places and one minus the soft Dice coefficient (Milletari et
 * al. 2016), since most places are no lesion.
 */
final class Loss {
  private static final int MEAN = 1;
  private static final int IGNORED = -100;

  /**
   * A label is taken to be at least so frequent in each data set. One that a set lacks was not
   * collected there; it may still not be told of that set's images with confidence.
   */
  static final double LEAST_FREQUENT = 0.05;

  private final List<float[]> weights;
  private final List<float[][]> adjustments;
  private final boolean adjusts;
  private final double smoothing;
  private final double ofMasks;
  private final Examples examples;

  Loss(Recipe recipe, List<Task> tasks, Examples examples) {
    Recipe.Training training = recipe.training();
    this.examples = examples;
    this.ofMasks = recipe.masks().map(Recipe.Masks::weight).orElse(0.0);
    this.smoothing = training.labelSmoothing();
    this.adjusts = training.logitAdjustment() > 0;
    this.adjustments =
        java.util.stream.IntStream.range(0, tasks.size())
            .mapToObj(
                task ->
                    adjustments(
                        training.logitAdjustment(),
                        examples.countsBySet(task, tasks.get(task).labels().size())))
            .toList();
    this.weights =
        java.util.stream.IntStream.range(0, tasks.size())
            .mapToObj(
                task ->
                    weights(
                        training.classWeights(),
                        examples.counts(task, tasks.get(task).labels().size())))
            .toList();
  }

  /**
   * What is added to the logits in training, by data set and label.
   *
   * @param share of the logarithm of a label's frequency
   * @param counts of training images by data set and label
   */
  static float[][] adjustments(double share, int[][] counts) {
    float[][] added = new float[counts.length][];
    for (int set = 0; set < counts.length; set++) {
      double images = Math.max(1, java.util.Arrays.stream(counts[set]).sum());
      added[set] = new float[counts[set].length];
      for (int label = 0; label < counts[set].length; label++) {
        added[set][label] =
            (float) (share * Math.log(Math.max(LEAST_FREQUENT, counts[set][label] / images)));
      }
    }
    return added;
  }

  /** The weight of each label; their mean over the training images is 1. */
  static float[] weights(Recipe.ClassWeights kind, int[] counts) {
    double[] raw = new double[counts.length];
    double sum = 0;
    long images = 0;
    for (int label = 0; label < counts.length; label++) {
      // A label that no training image has must not draw: smoothing would pull every image to it.
      raw[label] = counts[label] == 0 ? 0 : Math.pow(counts[label], -kind.power());
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

  private Tensor adjusted(Tensor logits, int task, int[] images) {
    if (!adjusts) {
      return logits;
    }
    int labels = (int) logits.size(1);
    float[] added = new float[images.length * labels];
    for (int i = 0; i < images.length; i++) {
      System.arraycopy(
          adjustments.get(task)[examples.set(images[i])], 0, added, i * labels, labels);
    }
    return logits.add(Torch.copyOf(added, images.length, labels));
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
      int labelled = 0;
      for (int i = 0; i < images.length; i++) {
        int label = examples.label(task, images[i]);
        truth[i] = label >= 0 ? label : IGNORED;
        labelled += label >= 0 ? 1 : 0;
      }
      if (labelled == 0) {
        continue;
      }
      float[] own = weights.get(task);
      Tensor part =
          torch.cross_entropy_loss(
              adjusted(eachLabel(logits.get(task)), task, images),
              Torch.copyOf(truth, truth.length),
              new TensorOptional(Torch.copyOf(own, own.length)),
              MEAN,
              IGNORED,
              smoothing);
      if (labelled < images.length) {
        part = part.mul(Torch.scalar((double) labelled / images.length));
      }
      total = total == null ? part : total.add(part);
    }
    if (total == null) {
      throw new IllegalStateException("A batch has no image with a label");
    }
    return total;
  }

  /**
   * The loss of a batch's masks, weighted as the recipe says.
   *
   * @param logits (n, 1, rows, columns)
   * @param shares that the lesion covers, of the same shape
   * @param images places in the cache
   * @return empty where no image's mask is known
   */
  Optional<Tensor> ofMasks(Tensor logits, Tensor shares, int[] images) {
    float[] known = new float[images.length];
    float sum = 0;
    for (int i = 0; i < images.length; i++) {
      known[i] = examples.masked(images[i]) ? 1 : 0;
      sum += known[i];
    }
    if (sum == 0 || ofMasks == 0) {
      return Optional.empty();
    }
    Tensor places = logits.flatten(1, -1);
    Tensor truth = shares.flatten(1, -1);
    Tensor entropy = torch.softplus(places).sub(places.mul(truth)).mean(1);
    Tensor found = torch.sigmoid(places);
    // One place is added to both, so that a mask with nothing inside has a coefficient too.
    Tensor overlap = found.mul(truth).sum(1).mul(Torch.scalar(2)).add(Torch.scalar(1));
    Tensor both = found.sum(1).add(truth.sum(1)).add(Torch.scalar(1));
    Tensor each = entropy.add(Torch.scalar(1)).sub(overlap.div(both));
    return Optional.of(
        each.mul(Torch.copyOf(known, known.length)).sum().mul(Torch.scalar(ofMasks / sum)));
  }
}
