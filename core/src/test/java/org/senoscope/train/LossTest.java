package org.senoscope.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
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
                  Progress.NONE);
          var _ = new PointerScope()) {
        Examples examples = new Examples(cache, rows, List.of(TASK), images, images);
        Loss loss = new Loss(recipe.training(), List.of(TASK), examples);
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
}
