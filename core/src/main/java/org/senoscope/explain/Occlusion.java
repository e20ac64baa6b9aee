package org.senoscope.explain;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.senoscope.image.GreyImage;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.ClassMaps;
import org.senoscope.model.Head;
import org.senoscope.model.Inference;
import org.senoscope.model.OutputForm;
import org.senoscope.model.Predictor;
import org.senoscope.study.Marks;

/**
 * Class maps of a network that gives none, found by trial: a place speaks for a label as much as
 * the label's logit falls when the place is covered (Zeiler and Fergus 2014, "Visualizing and
 * Understanding Convolutional Networks").
 *
 * <p>Covers have the mean brightness of the prepared image: opaque over one cell of a grid, and
 * fading out over half of each neighbour. A first round covers each cell of a grid of {@value
 * #COARSE} × {@value #COARSE}; a second looks closer at the quarter of them that matters most, by
 * covers of half the side. What a cell of the fine grid holds is the first round's fall,
 * interpolated, plus how much the second found it to differ from its siblings, which never turns
 * the sign. Nothing is drawn by chance: the same image gives the same maps.
 *
 * <p>It tells single places: where two say the same, covering one of them changes little.
 */
public final class Occlusion {
  private static final int COARSE = 8;
  private static final int FINE = 2 * COARSE;
  private static final int PARTS = 4;
  private static final int CLOSER = COARSE * COARSE / 4;

  private final Predictor predictor;
  private final Head head;
  private final GreyImage prepared;
  private final float[] plain;
  private final float colour;

  private Occlusion(Predictor predictor, Head head, GreyImage prepared, float[] plain) {
    this.predictor = predictor;
    this.head = head;
    this.prepared = prepared;
    this.plain = plain;
    double sum = 0;
    for (float pixel : prepared.pixels()) {
      sum += pixel;
    }
    this.colour = (float) (sum / prepared.pixels().length);
  }

  /**
   * Maps of the main task that trial finds.
   *
   * @param image as read, of which the inference was made
   * @param marks what readers marked on it, as the inference was told
   */
  public static ClassMaps of(
      Predictor predictor, GreyImage image, Marks marks, Inference inference) {
    BundleDescription bundle = predictor.bundle().description();
    return new Occlusion(
            predictor,
            bundle.heads().getFirst(),
            bundle.preprocessing().prepare(image, marks).image(),
            inference.logits(bundle.task().name()))
        .maps();
  }

  /**
   * The inference with maps of the main task, made in the best way that the network allows.
   *
   * @param image as read, of which the inference was made
   * @param marks what readers marked on it, as the inference was told
   */
  public static Inference withMaps(
      Predictor predictor, GreyImage image, Marks marks, Inference inference) {
    MapSource best = MapSource.best(predictor);
    Optional<ClassMaps> given = inference.maps(predictor.bundle().description().task().name());
    // Those of an earlier call are not made anew.
    return given.filter(maps -> best != MapSource.GRADIENTS || maps.isFinal()).isPresent()
        ? inference
        : best.maps(predictor, image, marks, inference);
  }

  private ClassMaps maps() {
    List<Integer> all = IntStream.range(0, COARSE * COARSE).boxed().toList();
    List<float[]> coarse = falls(all, COARSE);
    List<Integer> closer =
        all.stream()
            .sorted(Comparator.comparingDouble(cell -> -weight(coarse.get(cell))))
            .limit(CLOSER)
            .toList();
    List<Integer> parts =
        closer.stream()
            .flatMap(cell -> IntStream.range(0, PARTS).mapToObj(part -> fine(cell, part)))
            .toList();
    List<float[]> details = falls(parts, FINE);
    float[] values = new float[plain.length * FINE * FINE];
    for (int logit = 0; logit < plain.length; logit++) {
      int map = logit * FINE * FINE;
      for (int cell = 0; cell < FINE * FINE; cell++) {
        values[map + cell] = between(coarse, logit, cell / FINE, cell % FINE);
      }
      for (int i = 0; i < closer.size(); i++) {
        float mean = 0;
        for (int part = 0; part < PARTS; part++) {
          mean += details.get(PARTS * i + part)[logit] / PARTS;
        }
        for (int part = 0; part < PARTS; part++) {
          int cell = map + parts.get(PARTS * i + part);
          // A fine cover has a quarter of a coarse one's area.
          float more = PARTS * (details.get(PARTS * i + part)[logit] - mean);
          float most = Math.abs(values[cell]);
          values[cell] += Math.clamp(more, -most, most);
        }
      }
    }
    return new ClassMaps(plain.length, FINE, FINE, values);
  }

  /** By cell of a square grid, how much each logit falls when it is covered. */
  private List<float[]> falls(List<Integer> cells, int grid) {
    return predictor
        .logits(
            head.task().name(),
            cells.size(),
            i -> covered(cells.get(i) / grid, cells.get(i) % grid, grid))
        .stream()
        .map(
            logits -> {
              float[] fall = new float[plain.length];
              for (int i = 0; i < fall.length; i++) {
                fall[i] = plain[i] - logits[i];
              }
              return fall;
            })
        .toList();
  }

  private GreyImage covered(int cellRow, int cellColumn, int grid) {
    int height = prepared.height();
    int width = prepared.width();
    float[] shareOfColumns = shares(cellColumn, grid, width);
    float[] shareOfRows = shares(cellRow, grid, height);
    float[] pixels = prepared.pixels().clone();
    for (int row = 0; row < height; row++) {
      if (shareOfRows[row] > 0) {
        for (int column = 0; column < width; column++) {
          int pixel = row * width + column;
          pixels[pixel] += shareOfRows[row] * shareOfColumns[column] * (colour - pixels[pixel]);
        }
      }
    }
    return new GreyImage(height, width, pixels);
  }

  /** How much a cover hides along one axis: 1 over its cell, 0 from half a cell beyond. */
  private static float[] shares(int cell, int grid, int length) {
    float[] shares = new float[length];
    for (int i = 0; i < length; i++) {
      double away = Math.abs((i + 0.5) * grid / length - (cell + 0.5));
      shares[i] = (float) Math.clamp(2 * (1 - away), 0, 1);
    }
    return shares;
  }

  /** How much a cell matters to any label. */
  private double weight(float[] fall) {
    double mean = 0;
    if (head.form() == OutputForm.SOFTMAX) {
      for (float each : fall) {
        mean += each / fall.length;
      }
    }
    double weight = 0;
    for (float each : fall) {
      weight = Math.max(weight, Math.abs(each - mean));
    }
    return weight;
  }

  /** The fine cell that is a part of a coarse one. */
  private static int fine(int cell, int part) {
    int row = 2 * (cell / COARSE) + part / 2;
    int column = 2 * (cell % COARSE) + part % 2;
    return row * FINE + column;
  }

  /** The first round's fall at a fine cell's middle, bilinearly between the coarse cells'. */
  private static float between(List<float[]> coarse, int logit, int row, int column) {
    double y = Math.clamp((row + 0.5) / 2 - 0.5, 0, COARSE - 1);
    double x = Math.clamp((column + 0.5) / 2 - 0.5, 0, COARSE - 1);
    int top = (int) y;
    int left = (int) x;
    int bottom = Math.min(top + 1, COARSE - 1);
    int right = Math.min(left + 1, COARSE - 1);
    double down = y - top;
    double across = x - left;
    double above =
        coarse.get(top * COARSE + left)[logit] * (1 - across)
            + coarse.get(top * COARSE + right)[logit] * across;
    double below =
        coarse.get(bottom * COARSE + left)[logit] * (1 - across)
            + coarse.get(bottom * COARSE + right)[logit] * across;
    return (float) (above * (1 - down) + below * down);
  }
}
