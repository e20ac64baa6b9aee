package org.senoscope.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.nn.Torch;
import org.senoscope.study.Task;
import org.senoscope.work.Progress;

class LossTest {
  private static final Task TASK = new Task(Task.PATHOLOGY, List.of("benign", "malignant"));

  @TempDir private Path folder;

  /** Entropy and Dice as their formulas say, over the images whose masks are known alone. */
  @Test
  void masksCountWhereTheyAreKnown() throws IOException {
    Recipe recipe =
        RecipeReader.parse(
            MadeDataset.recipe(1, "") + "masks: {weight: 0.5, width: 4, none: []}\n", "test");
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 4, 16, 1, true);
    List<ManifestRow> rows = dataset.rows();
    int[] images = {0, 1, 2, 3}; // 1 and 3 have masks
    try (PixelCache cache =
            PixelCache.open(
                Files.createDirectories(folder.resolve("run")),
                dataset,
                rows,
                recipe.preprocessing(),
                recipe.input(),
                true,
                Progress.NONE);
        var _ = new PointerScope()) {
      Examples examples =
          new Examples(
              cache, rows, dataset.setsOf(rows), List.of(TASK), recipe.masks(), images, images);
      Loss loss = new Loss(recipe, List.of(TASK), examples);
      Random random = new Random(5);
      float[] logits = new float[24];
      float[] shares = new float[24];
      double expected = 0;
      for (int image = 0; image < 4; image++) {
        double entropy = 0;
        double both = 0;
        double sum = 0;
        for (int i = 6 * image; i < 6 * image + 6; i++) {
          logits[i] = (float) (2 * random.nextGaussian());
          shares[i] = image == 1 ? 0 : random.nextFloat();
          double p = 1 / (1 + Math.exp(-logits[i]));
          entropy -= (shares[i] * Math.log(p) + (1 - shares[i]) * Math.log(1 - p)) / 6;
          both += p * shares[i];
          sum += p + shares[i];
        }
        if (image % 2 == 1) {
          expected += .5 * (entropy + 1 - (2 * both + 1) / (sum + 1)) / 2;
        }
      }
      Tensor answered = Torch.copyOf(logits, 4, 1, 2, 3);
      answered.set_requires_grad(true);
      Tensor found = loss.ofMasks(answered, Torch.copyOf(shares, 4, 1, 2, 3), images).orElseThrow();
      assertThat((double) Torch.values(found)[0]).isCloseTo(expected, within(1e-5));
      found.backward();
      float[] gradient = Torch.values(answered.grad());
      for (int i = 0; i < 24; i++) {
        assertThat(gradient[i] != 0).isEqualTo(i / 6 % 2 == 1);
      }
      assertThat(loss.ofMasks(answered, answered, new int[] {0, 2, 0, 2})).isEmpty();
    }
  }

  /** Of a box alone the ellipse in it is learned, and a label of another task may say none. */
  @Test
  void boxesAreLearnedAsEllipsesAndAnyTaskMaySayNone() throws IOException {
    Recipe recipe =
        RecipeReader.parse(
            MadeDataset.recipe(1, "") + "masks: {width: 4, none: [density=2]}\n", "test");
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 8, 32, 1);
    List<ManifestRow> rows = new java.util.ArrayList<>(dataset.rows());
    org.senoscope.study.Roi box = new org.senoscope.study.Roi(4, 8, 24, 20);
    rows.set(1, marked(rows.get(1), List.of(box)));
    int[] images = {0, 1, 2, 3, 4, 5, 6, 7};
    java.util.Set<String> files = new java.util.HashSet<>();
    Path run = Files.createDirectories(folder.resolve("run"));
    for (List<ManifestRow> each : List.of(dataset.rows(), rows)) {
      try (PixelCache cache =
          PixelCache.open(
              run, dataset, each, recipe.preprocessing(), recipe.input(), true, Progress.NONE)) {
        byte[] inside = new byte[32 * 32];
        cache.readMask(1, inside);
        int pixels = 0;
        for (byte pixel : inside) {
          pixels += pixel;
        }
        boolean boxed = each == rows;
        assertThat((double) pixels).isCloseTo(boxed ? Math.PI * 10 * 6 : 0, within(4.0));
        assertThat(inside[4 * 32 + 8]).isZero(); // the box's corner
        assertThat(inside[14 * 32 + 14]).isEqualTo((byte) (boxed ? 1 : 0));
        Examples examples =
            new Examples(
                cache, each, dataset.setsOf(each), List.of(TASK), recipe.masks(), images, images);
        for (int image : images) {
          boolean none = each.get(image).label(Task.DENSITY).orElseThrow().equals("2");
          assertThat(examples.masked(image)).isEqualTo(none || (boxed && image == 1));
        }
      }
    }
    try (var kept = Files.list(run)) {
      kept.forEach(file -> files.add(file.getFileName().toString()));
    }
    assertThat(files).hasSize(2); // a box more is another cache
  }

  private static ManifestRow marked(ManifestRow row, List<org.senoscope.study.Roi> boxes) {
    return new ManifestRow(
        row.image(),
        row.sha256(),
        row.modality(),
        row.patient(),
        row.group(),
        row.laterality(),
        row.view(),
        row.width(),
        row.height(),
        row.labels(),
        row.mask(),
        boxes,
        row.excluded(),
        row.source(),
        row.published());
  }

  /** With one logit z it is −log σ(z) for the second label and −log(1 − σ(z)) for the first. */
  @Test
  void oneLogitGivesTheBinaryCrossEntropyWithSmoothedTruth() throws IOException {
    for (String smoothing : new String[] {"0", "0.2"}) {
      Recipe recipe =
          RecipeReader.parse(
              MadeDataset.recipe(1, "labelSmoothing: " + smoothing)
                  .replace("family: cnn", "family: cnn, output: sigmoid"),
              "test");
      double smooth = Double.parseDouble(smoothing);
      Dataset dataset = MadeDataset.write(folder.resolve("data" + smoothing), 8, 16, 1);
      List<ManifestRow> rows = dataset.rows();
      int[] images = {0, 1, 2, 3, 4, 5, 6, 7};
      try (PixelCache cache =
              PixelCache.open(
                  Files.createDirectories(folder.resolve("run" + smoothing)),
                  dataset,
                  rows,
                  recipe.preprocessing(),
                  recipe.input(),
                  false,
                  Progress.NONE);
          var _ = new PointerScope()) {
        Examples examples =
            new Examples(
                cache, rows, dataset.setsOf(rows), List.of(TASK), Optional.empty(), images, images);
        Loss loss = new Loss(recipe, List.of(TASK), examples);
        Random random = new Random(3);
        float[] logits = new float[8];
        double expected = 0;
        for (int i = 0; i < 8; i++) {
          logits[i] = (float) (3 * random.nextGaussian());
          double truth = (i % 2) * (1 - smooth) + smooth / 2;
          double second = 1 / (1 + Math.exp(-logits[i]));
          expected -= (truth * Math.log(second) + (1 - truth) * Math.log(1 - second)) / 8;
        }
        float found = Torch.values(loss.of(List.of(Torch.copyOf(logits, 8, 1)), images))[0];
        assertThat((double) found).isCloseTo(expected, within(1e-5));
      }
    }
  }

  /**
   * In training the logits are raised by the logarithm of how frequent a label is in the image's
   * own set, and one that a set lacks by that of the least frequency.
   */
  @Test
  void logitsAreAdjustedByWhatIsFrequentInAnImagesOwnSet() throws IOException {
    int[][] counts = {{10, 30}, {0, 7}};
    float[][] added = Loss.adjustments(1, counts);
    assertThat(added[0][0]).isCloseTo((float) Math.log(.25), within(1e-6f));
    assertThat(added[0][1]).isCloseTo((float) Math.log(.75), within(1e-6f));
    assertThat(added[1][0]).isCloseTo((float) Math.log(Loss.LEAST_FREQUENT), within(1e-6f));
    assertThat(added[1][1]).isZero();
    assertThat(Loss.adjustments(.5, counts)[0][0]).isCloseTo(added[0][0] / 2, within(1e-6f));

    Recipe recipe = RecipeReader.parse(MadeDataset.recipe(1, "logitAdjustment: 1"), "test");
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 8, 16, 1);
    List<ManifestRow> rows = dataset.rows();
    int[] images = {0, 1, 2, 3, 4, 5, 6, 7};
    List<String> sets = List.of("a", "a", "a", "a", "a", "b", "b", "b");
    int[][] found = new int[2][2];
    for (int image : images) {
      String label = rows.get(image).label(Task.PATHOLOGY).orElseThrow();
      found[image < 5 ? 0 : 1][TASK.indexOf(label)]++;
    }
    try (PixelCache cache =
            PixelCache.open(
                Files.createDirectories(folder.resolve("run")),
                dataset,
                rows,
                recipe.preprocessing(),
                recipe.input(),
                false,
                Progress.NONE);
        var _ = new PointerScope()) {
      Examples examples =
          new Examples(cache, rows, sets, List.of(TASK), Optional.empty(), images, images);
      Random random = new Random(9);
      float[] logits = new float[16];
      double expected = 0;
      for (int i = 0; i < 8; i++) {
        double[] raised = new double[2];
        for (int label = 0; label < 2; label++) {
          logits[2 * i + label] = (float) random.nextGaussian();
          raised[label] = logits[2 * i + label] + Loss.adjustments(1, found)[i < 5 ? 0 : 1][label];
        }
        int truth = TASK.indexOf(rows.get(i).label(Task.PATHOLOGY).orElseThrow());
        expected += (Math.log(Math.exp(raised[0]) + Math.exp(raised[1])) - raised[truth]) / 8;
      }
      Loss loss = new Loss(recipe, List.of(TASK), examples);
      float value = Torch.values(loss.of(List.of(Torch.copyOf(logits, 8, 2)), images))[0];
      assertThat((double) value).isCloseTo(expected, within(1e-5));
    }
  }

  /** A task that few images of a batch are labelled for moves the network no more than they do. */
  @Test
  void aTaskCountsByTheShareOfABatchThatHasItsLabel() throws IOException {
    Recipe recipe = RecipeReader.parse(MadeDataset.recipe(1, ""), "test");
    Dataset dataset = MadeDataset.write(folder.resolve("data"), 8, 16, 1);
    List<ManifestRow> rows = dataset.rows();
    int[] images = {0, 1, 2, 3, 4, 5, 6, 7};
    List<ManifestRow> sparse = new java.util.ArrayList<>(rows);
    for (int image = 2; image < 8; image++) {
      sparse.set(image, unlabelled(rows.get(image)));
    }
    try (PixelCache cache =
            PixelCache.open(
                Files.createDirectories(folder.resolve("run")),
                dataset,
                rows,
                recipe.preprocessing(),
                recipe.input(),
                false,
                Progress.NONE);
        var _ = new PointerScope()) {
      float[] logits = new float[16];
      Random random = new Random(2);
      for (int i = 0; i < logits.length; i++) {
        logits[i] = (float) random.nextGaussian();
      }
      Loss whole = loss(recipe, cache, rows, dataset, images);
      Loss few = loss(recipe, cache, sparse, dataset, images);
      float[] two = java.util.Arrays.copyOf(logits, 4);
      float alone = Torch.values(whole.of(List.of(Torch.copyOf(two, 2, 2)), new int[] {0, 1}))[0];
      float among = Torch.values(few.of(List.of(Torch.copyOf(logits, 8, 2)), images))[0];
      assertThat((double) among).isCloseTo(alone * 2 / 8, within(1e-6));
    }
  }

  private static Loss loss(
      Recipe recipe, PixelCache cache, List<ManifestRow> rows, Dataset dataset, int[] images)
      throws IOException {
    return new Loss(
        recipe,
        List.of(TASK),
        new Examples(
            cache, rows, dataset.setsOf(rows), List.of(TASK), Optional.empty(), images, images));
  }

  private static ManifestRow unlabelled(ManifestRow row) {
    return new ManifestRow(
        row.image(),
        row.sha256(),
        row.modality(),
        row.patient(),
        row.group(),
        row.laterality(),
        row.view(),
        row.width(),
        row.height(),
        java.util.Map.of(),
        row.mask(),
        row.roi(),
        row.excluded(),
        row.source(),
        row.published());
  }

  /**
   * The mean over the images is 1 whatever the power, and a label's weight falls with its share.
   */
  @Test
  void labelsAreWeighedByAPowerOfTheInverseOfTheirShare() {
    int[] counts = {16, 81, 0, 256};
    for (double power : new double[] {0, 0.25, 0.5, 1}) {
      float[] weights = Loss.weights(new Recipe.ClassWeights(power), counts);
      double mean = 0;
      for (int label = 0; label < counts.length; label++) {
        mean += weights[label] * (double) counts[label] / (16 + 81 + 256);
      }
      assertThat(mean).isCloseTo(1, within(1e-6));
      assertThat((double) weights[0] / weights[3]).isCloseTo(Math.pow(16, power), within(1e-4));
      assertThat((double) weights[0] / weights[1])
          .isCloseTo(Math.pow(81 / 16.0, power), within(1e-4));
    }
    assertThat(Loss.weights(Recipe.ClassWeights.SQUARE_ROOT, counts)[2]).isZero();
  }
}
