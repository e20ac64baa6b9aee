package org.senoscope.explain;

import java.util.Arrays;
import org.senoscope.image.steps.Geometry;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.ClassMaps;
import org.senoscope.model.Head;
import org.senoscope.model.Inference;
import org.senoscope.model.LesionMap;
import org.senoscope.work.InputException;

/**
 * Where an image speaks for a label (above 0) and against it (below), in the unit of the logit:
 * shape (height, width) of the image as read; not a number where cropping kept the image from the
 * network.
 *
 * <p>From the network's class activation maps: a label's map less the mean of all labels' maps
 * (softmax sees only such differences; for one sigmoid logit the map itself, or its negative for
 * the first label), or from maps that are final already (of two labels made from gradients both
 * have the same, see {@link MapSource#tellsApart}), interpolated bilinearly between the places'
 * centres. A pixel's own centre is what is looked up: pixel i of n lies at (i + ½) / n.
 *
 * @param height rows
 * @param width columns
 * @param values row by row; not to be written
 */
@SuppressWarnings("ArrayRecordComponent") // shared, as the pixels of an image are
public record EvidenceMap(int height, int width, float[] values) {
  public EvidenceMap {
    if (height < 1 || width < 1 || (long) height * width != values.length) {
      throw new IllegalArgumentException(
          "A map of %d rows and %d columns cannot hold %d values"
              .formatted(height, width, values.length));
    }
  }

  /**
   * The evidence for a label.
   *
   * @param bundle whose network made the inference
   * @param task name of the task
   * @param label one of the task's
   * @param height rows of the map: those of the image as read, or of a smaller copy of it
   * @param width columns of the map
   * @throws InputException when the network gives no maps for the task
   */
  public static EvidenceMap of(
      BundleDescription bundle,
      Inference inference,
      String task,
      String label,
      int height,
      int width) {
    Head head =
        bundle.heads().stream()
            .filter(each -> each.task().name().equals(task))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "Model %s has no task %s".formatted(bundle.title(), task)));
    ClassMaps maps =
        inference
            .maps(task)
            .orElseThrow(
                () ->
                    new InputException(
                        "Model %s gives no maps for task %s: no heatmap can be made"
                            .formatted(bundle.title(), task)));
    return spread(
        evidence(head, maps, head.task().indexOf(label)),
        maps.height(),
        maps.width(),
        bundle,
        inference.geometry(),
        height,
        width);
  }

  /**
   * Where a network takes an image for lesion, 0..1; it is no evidence for a label.
   *
   * @param bundle whose network found it
   * @param geometry where the network's input lies in the image as read
   * @param height rows of the map: those of the image as read, or of a smaller copy of it
   * @param width columns of the map
   */
  public static EvidenceMap of(
      BundleDescription bundle, LesionMap lesion, Geometry geometry, int height, int width) {
    return spread(
        lesion.values(), lesion.height(), lesion.width(), bundle, geometry, height, width);
  }

  /** Brings places of a network's maps to the size of an image. */
  private static EvidenceMap spread(
      float[] evidence,
      int placesDown,
      int placesAcross,
      BundleDescription bundle,
      Geometry geometry,
      int height,
      int width) {
    Samples rows = Samples.of(geometry.rows(), height, bundle.input().height(), placesDown);
    Samples columns = Samples.of(geometry.columns(), width, bundle.input().width(), placesAcross);
    float[] values = new float[Math.multiplyExact(height, width)];
    Arrays.fill(values, Float.NaN);
    for (int row = 0; row < height; row++) {
      if (rows.outside(row)) {
        continue;
      }
      int upper = rows.first[row] * placesAcross;
      int lower = rows.second(row) * placesAcross;
      float down = rows.weight[row];
      for (int column = 0; column < width; column++) {
        if (columns.outside(column)) {
          continue;
        }
        int left = columns.first[column];
        int right = columns.second(column);
        float across = columns.weight[column];
        float top = evidence[upper + left] * (1 - across) + evidence[upper + right] * across;
        float bottom = evidence[lower + left] * (1 - across) + evidence[lower + right] * across;
        values[row * width + column] = top * (1 - down) + bottom * down;
      }
    }
    return new EvidenceMap(height, width, values);
  }

  /** The same as colours show it. */
  public Heatmap heatmap() {
    return Heatmap.of(this);
  }

  /** The value at a pixel of the image as read. */
  public float at(int row, int column) {
    return values[row * width + column];
  }

  private static float[] evidence(Head head, ClassMaps maps, int label) {
    int places = maps.height() * maps.width();
    float[] evidence = new float[places];
    if (maps.isFinal()) {
      int map = maps.logits() == 1 ? 0 : label;
      System.arraycopy(maps.values(), map * places, evidence, 0, places);
      return evidence;
    }
    switch (head.form()) {
      case SOFTMAX -> {
        for (int place = 0; place < places; place++) {
          float sum = 0;
          for (int logit = 0; logit < maps.logits(); logit++) {
            sum += maps.values()[logit * places + place];
          }
          evidence[place] = maps.values()[label * places + place] - sum / maps.logits();
        }
      }
      case SIGMOID -> {
        for (int place = 0; place < places; place++) {
          evidence[place] = label == 1 ? maps.values()[place] : -maps.values()[place];
        }
      }
    }
    return evidence;
  }

  /**
   * For each pixel of one axis: the two places of the map around it, and how near the second is.
   */
  private static final class Samples {
    private final int[] first;
    private final float[] weight;
    private final int places;

    private Samples(int length, int places) {
      this.first = new int[length];
      this.weight = new float[length];
      this.places = places;
    }

    static Samples of(Geometry.Axis axis, int length, int prepared, int places) {
      Samples samples = new Samples(length, places);
      for (int i = 0; i < length; i++) {
        double at = axis.of((i + 0.5) * axis.length() / length);
        if (at < axis.begin() || at > axis.end()) {
          samples.first[i] = -1;
          continue;
        }
        double place = Math.clamp(at / prepared * places - 0.5, 0, places - 1.0);
        samples.first[i] = (int) place;
        samples.weight[i] = (float) (place - samples.first[i]);
      }
      return samples;
    }

    boolean outside(int i) {
      return first[i] < 0;
    }

    int second(int i) {
      return Math.min(first[i] + 1, places - 1);
    }
  }
}
