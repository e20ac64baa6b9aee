package org.senoscope.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearningCurvesTest {
  @TempDir private Path folder;

  private static LearningCurves curves(
      int epochs,
      int images,
      IntToDoubleFunction training,
      IntToDoubleFunction validation,
      IntToDoubleFunction loss) {
    List<LearningCurves.Epoch> list = new ArrayList<>();
    for (int epoch = 1; epoch <= epochs; epoch++) {
      list.add(
          new LearningCurves.Epoch(
              epoch,
              epochs,
              1,
              1,
              training.applyAsDouble(epoch),
              loss.applyAsDouble(epoch),
              validation.applyAsDouble(epoch),
              Double.NaN,
              Double.NaN,
              images,
              1));
    }
    return new LearningCurves(list);
  }

  /** The fourth of the projects that Senoscope began with: .987 in training, .806 in validation. */
  @Test
  void aNetworkThatLearnsByHeartIsNamedWithItsNumbers() {
    LearningCurves curves =
        curves(
            20,
            156,
            epoch -> Math.min(0.987, 0.6 + 0.05 * epoch),
            epoch -> Math.min(0.806, 0.6 + 0.05 * epoch),
            epoch -> epoch <= 5 ? 1.0 - 0.1 * epoch : 0.5 + 0.02 * (epoch - 5));
    assertThat(curves.gap())
        .contains(
            "Training accuracy .987 stands .181 above validation's .806 (mean of the last 3 epochs),"
                + " from epoch 8 on, and the validation loss has risen 60% above its least (epoch 5):"
                + " the network learns its training images by heart.");
  }

  @Test
  void aGapWhoseValidationLossStaysLowIsNamedMoreMildly() {
    assertThat(curves(6, 400, epoch -> 0.95, epoch -> 0.8, epoch -> 1.0 / epoch).gap())
        .hasValueSatisfying(
            gap -> {
              assertThat(gap).contains("from epoch 3 on").contains("better than others");
              assertThat(gap).doesNotContain("by heart");
            });
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.3, 0, 0.05, 0.099})
  void underTenPointsThereIsNoGap(double above) {
    assertThat(
            curves(30, 100_000, epoch -> 0.6 + above, epoch -> 0.6, epoch -> (double) epoch).gap())
        .isEmpty();
  }

  /** At .8 on 25 images the standard error is .08; on 100 it is .04. */
  @Test
  void whatMayBeChanceIsNoGap() {
    assertThat(curves(9, 25, epoch -> 0.95, epoch -> 0.8, epoch -> 1).gap()).isEmpty();
    assertThat(curves(9, 100, epoch -> 0.95, epoch -> 0.8, epoch -> 1).gap()).isPresent();
  }

  @Test
  void aGapThatHasClosedAgainIsNotNamed() {
    assertThat(curves(20, 400, epoch -> epoch < 10 ? 0.95 : 0.82, epoch -> 0.8, epoch -> 1).gap())
        .isEmpty();
  }

  @Test
  void oneEpochAloneOpensNoGap() {
    for (int epochs : new int[] {0, 1, 2}) {
      assertThat(curves(epochs, 400, epoch -> 1, epoch -> 0.5, epoch -> 1).gap()).isEmpty();
    }
    assertThat(curves(20, 400, epoch -> epoch == 20 ? 0.95 : 0.8, epoch -> 0.8, epoch -> 1).gap())
        .isEmpty();
  }

  @Test
  void withoutValidationImagesThereIsNoGapToSpeakOf() {
    assertThat(curves(20, 0, epoch -> 1, epoch -> Double.NaN, epoch -> Double.NaN).gap()).isEmpty();
    assertThat(curves(20, 50, epoch -> Double.NaN, epoch -> 0.5, epoch -> 1).gap()).isEmpty();
  }

  private static final String LINE =
      """
      {"schema":"senoscope/epoch/1","epoch":%d,"epochs":9,"trainingLoss":1.5,"trainingAccuracy":0.5,\
      "trainingLogLoss":0.7,"seconds":2.0,"validationLoss":0.6,\
      "validation":{"n":40,"auc":null,"balancedAccuracy":0.4,"accuracy":0.45}}
      """;

  private LearningCurves written(byte[] log) throws IOException {
    Files.write(folder.resolve(LearningCurves.LOG), log);
    return LearningCurves.read(folder);
  }

  @Test
  void readsWhatTheLogHolds() throws IOException {
    List<LearningCurves.Epoch> epochs =
        written((LINE.formatted(1) + LINE.formatted(2)).getBytes(StandardCharsets.UTF_8)).epochs();
    assertThat(epochs)
        .containsExactly(
            new LearningCurves.Epoch(1, 9, 1.5, 0.7, 0.5, 0.6, 0.45, 0.4, Double.NaN, 40, 2),
            new LearningCurves.Epoch(2, 9, 1.5, 0.7, 0.5, 0.6, 0.45, 0.4, Double.NaN, 40, 2));
  }

  /** A log may be read at any moment of being written: any prefix gives the whole lines in it. */
  @Test
  void anyPrefixOfALogGivesItsWholeLines() throws IOException {
    byte[] log =
        (LINE.formatted(1) + LINE.formatted(2) + LINE.formatted(3))
            .getBytes(StandardCharsets.UTF_8);
    int line = log.length / 3;
    for (int end = 0; end <= log.length; end += 7) {
      int whole = (end + 1) / line; // the line's end itself may be missing
      assertThat(written(java.util.Arrays.copyOf(log, end)).epochs()).hasSize(whole);
    }
  }

  @Test
  void linesOfOtherKindsArePassedOver() throws IOException {
    String foreign = "[1]\nnull\n{}\n\n{\"schema\":\"senoscope/epoch/1\"}\n\u00ff\n";
    byte[] log =
        (foreign + LINE.formatted(1) + foreign + LINE.formatted(1) + LINE.formatted(4))
            .getBytes(StandardCharsets.ISO_8859_1);
    assertThat(written(log).epochs()).extracting(LearningCurves.Epoch::epoch).containsExactly(1, 4);
  }

  @Test
  void aFolderWithoutALogHasNoEpochs() throws IOException {
    assertThat(LearningCurves.read(folder).epochs()).isEmpty();
    assertThat(LearningCurves.read(folder.resolve("gone")).epochs()).isEmpty();
    Files.createDirectory(folder.resolve(LearningCurves.LOG));
    assertThat(LearningCurves.read(folder).epochs()).isEmpty();
  }
}
