package org.senoscope.train;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How an epoch's training images were told apart for the main task while they were learned from:
 * augmented, with dropout, and by weights that changed with each batch, as other programs show it.
 * Images without that task's label are not counted.
 */
final class TrainingTally {
  private long images;
  private long right;
  private double loss;

  /**
   * Counts a batch.
   *
   * @param logits of the main task row by row, shape (truth.length, labels); one alone is the
   *     second label's against a first of 0
   * @param truth index of each image's label; below 0 for none
   */
  void add(float[] logits, int[] truth) {
    int labels = logits.length / truth.length;
    for (int image = 0; image < truth.length; image++) {
      if (truth[image] >= 0) {
        add(logits, image * labels, labels, truth[image]);
      }
    }
  }

  private void add(float[] logits, int from, int labels, int truth) {
    double[] each = new double[Math.max(2, labels)];
    for (int label = 0; label < labels; label++) {
      each[labels == 1 ? 1 : label] = logits[from + label];
    }
    int highest = 0;
    for (int label = 1; label < each.length; label++) {
      highest = each[label] > each[highest] ? label : highest;
    }
    double sum = 0;
    for (double logit : each) {
      sum += Math.exp(logit - each[highest]);
    }
    images++;
    right += highest == truth ? 1 : 0;
    loss += each[highest] + Math.log(sum) - each[truth];
  }

  /**
   * Puts {@code trainingAccuracy} and {@code trainingLogLoss} (natural logarithm, neither weighted
   * nor smoothed: comparable with the validation loss) into the log's entry of the epoch.
   */
  void addTo(ObjectNode entry) {
    if (images > 0) {
      entry.put("trainingAccuracy", (double) right / images);
      entry.put("trainingLogLoss", loss / images);
    }
  }
}
