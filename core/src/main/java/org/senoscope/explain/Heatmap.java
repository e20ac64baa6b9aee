package org.senoscope.explain;

import org.senoscope.image.GreyImage;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.Inference;

/**
 * Where an image speaks for a label: shape (height, width) of the image as read, 0 (not at all) to
 * 1 (most, in this image). Immutable.
 *
 * <p>An {@link EvidenceMap} with its negative values set to 0, divided by the largest. So colours
 * compare places of one image, never two images; a map without any value above 0 is 0 throughout,
 * and so is what cropping kept from the network.
 */
public final class Heatmap {
  private final GreyImage values;

  private Heatmap(GreyImage values) {
    this.values = values;
  }

  /**
   * The heatmap of a label.
   *
   * @param bundle whose network made the inference
   * @param task name of the task
   * @param label one of the task's
   * @param height rows of the heatmap: those of the image as read, or of a smaller copy of it
   * @param width columns of the heatmap
   * @throws org.senoscope.work.InputException when the network gives no maps for the task
   */
  public static Heatmap of(
      BundleDescription bundle,
      Inference inference,
      String task,
      String label,
      int height,
      int width) {
    return EvidenceMap.of(bundle, inference, task, label, height, width).heatmap();
  }

  /** What of the evidence speaks for the label, as shares of the strongest place. */
  static Heatmap of(EvidenceMap evidence) {
    float[] values = new float[evidence.height() * evidence.width()];
    float largest = 0;
    for (int i = 0; i < values.length; i++) {
      float value = evidence.values()[i];
      values[i] = value > 0 ? value : 0; // not a number where nothing was seen
      largest = Math.max(largest, values[i]);
    }
    if (largest > 0) {
      for (int i = 0; i < values.length; i++) {
        values[i] /= largest;
      }
    }
    return new Heatmap(new GreyImage(evidence.height(), evidence.width(), values));
  }

  /** Rows. */
  public int height() {
    return values.height();
  }

  /** Columns. */
  public int width() {
    return values.width();
  }

  /** The value at a pixel of the image as read, 0..1. */
  public float at(int row, int column) {
    return values.at(row, column);
  }
}
