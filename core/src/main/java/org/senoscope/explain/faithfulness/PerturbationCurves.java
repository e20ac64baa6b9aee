package org.senoscope.explain.faithfulness;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.senoscope.explain.EvidenceMap;
import org.senoscope.image.GreyImage;
import org.senoscope.image.Resampling;
import org.senoscope.model.Head;
import org.senoscope.model.Predictor;

/**
 * How an answer's probability changes while the prepared image is taken away place by place
 * (deletion), or comes into sight place by place (insertion), in the order of a map. A faithful map
 * makes the first fall early and the second rise early. Source: Petsiuk et al. 2018, "RISE".
 *
 * <p>Places are the cells of a grid of {@value #GRID} × {@value #GRID}, not pixels, so that a map's
 * order and a random one break the picture into pieces of one size. What is taken away becomes the
 * image's mean brightness; what has not come into sight is the image blurred. Equal places stand in
 * a random order that the seed fixes: a map that is the same throughout has the very curves of the
 * random order.
 *
 * @param deletion probability of the label when 0, 1/{@value #STEPS}, … 1 of the image is gone
 * @param insertion probability of the label when so much is in sight
 */
@SuppressWarnings("ArrayRecordComponent") // small, and read alone
public record PerturbationCurves(double[] deletion, double[] insertion) {
  /** Rows and columns of places. */
  public static final int GRID = 14;

  /** Steps from all to nothing. */
  public static final int STEPS = 10;

  /** The blurred image keeps this many rows and columns, and is interpolated between them. */
  private static final int BLURRED = 8;

  /**
   * Measures both curves.
   *
   * @param prepared the image after the bundle's steps
   * @param map evidence over the prepared image, of its height and width
   * @param head the task
   * @param label whose probability is followed
   * @param seed of the order among equals
   */
  public static PerturbationCurves of(
      Predictor predictor,
      GreyImage prepared,
      EvidenceMap map,
      Head head,
      String label,
      long seed) {
    int[] step = steps(order(map, seed));
    int height = prepared.height();
    int width = prepared.width();
    GreyImage blurred =
        Resampling.window(
            Resampling.window(prepared, 0, 0, height, width, BLURRED, BLURRED),
            0,
            0,
            BLURRED,
            BLURRED,
            height,
            width);
    double sum = 0;
    for (float pixel : prepared.pixels()) {
      sum += pixel;
    }
    float mean = (float) (sum / prepared.pixels().length);
    float[] flat = new float[prepared.pixels().length];
    Arrays.fill(flat, mean);
    GreyImage grey = new GreyImage(height, width, flat);
    List<float[]> logits =
        predictor.logits(
            head.task().name(),
            2 * (STEPS + 1),
            i ->
                i <= STEPS
                    ? mixed(grey, prepared, step, i)
                    : mixed(prepared, blurred, step, i - STEPS - 1));
    int index = head.task().indexOf(label);
    double[] probabilities =
        logits.stream().mapToDouble(each -> head.probabilities(each)[index]).toArray();
    return new PerturbationCurves(
        Arrays.copyOf(probabilities, STEPS + 1),
        Arrays.copyOfRange(probabilities, STEPS + 1, probabilities.length));
  }

  /** Area under a curve of equal steps, by trapezoids: 0 to 1. */
  public static double area(double[] curve) {
    double area = 0;
    for (int i = 1; i < curve.length; i++) {
      area += (curve[i - 1] + curve[i]) / 2 / (curve.length - 1);
    }
    return area;
  }

  /** The places in the order of a map, the highest mean first. */
  static int[] order(EvidenceMap map, long seed) {
    double[] sums = new double[GRID * GRID];
    int[] counts = new int[GRID * GRID];
    for (int row = 0; row < map.height(); row++) {
      for (int column = 0; column < map.width(); column++) {
        int place = place(row, column, map.height(), map.width());
        sums[place] += map.at(row, column);
        counts[place]++;
      }
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] lot = random.doubles(sums.length).toArray();
    return IntStream.range(0, sums.length)
        .boxed()
        .sorted(
            Comparator.comparingDouble(
                    (Integer place) -> counts[place] == 0 ? 0 : -sums[place] / counts[place])
                .thenComparingDouble(place -> lot[place]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** By place, the step that changes it, 1 to {@link #STEPS}. */
  private static int[] steps(int[] order) {
    int[] steps = new int[order.length];
    for (int rank = 0; rank < order.length; rank++) {
      steps[order[rank]] = 1 + rank * STEPS / order.length;
    }
    return steps;
  }

  /** The places of the first steps from one picture, all others from the other. */
  private static GreyImage mixed(GreyImage first, GreyImage rest, int[] step, int done) {
    int height = rest.height();
    int width = rest.width();
    float[] pixels = new float[height * width];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        GreyImage from = step[place(row, column, height, width)] <= done ? first : rest;
        pixels[row * width + column] = from.at(row, column);
      }
    }
    return new GreyImage(height, width, pixels);
  }

  private static int place(int row, int column, int height, int width) {
    return (int) ((long) row * GRID / height) * GRID + (int) ((long) column * GRID / width);
  }
}
