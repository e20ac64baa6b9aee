package org.senoscope.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.senoscope.files.Json;

class TrainingTallyTest {
  private static ObjectNode entry(TrainingTally tally) {
    ObjectNode entry = Json.object();
    tally.addTo(entry);
    return entry;
  }

  @Test
  void countsTheHighestLogitAndTheTrueLabelsProbability() {
    Random random = new Random(5);
    TrainingTally tally = new TrainingTally();
    int right = 0;
    double loss = 0;
    for (int batch = 0; batch < 4; batch++) {
      float[] logits = new float[3 * 5];
      int[] truth = new int[5];
      for (int image = 0; image < 5; image++) {
        double sum = 0;
        int highest = 0;
        for (int label = 0; label < 3; label++) {
          logits[3 * image + label] = (float) (4 * random.nextGaussian());
          sum += Math.exp(logits[3 * image + label]);
          highest = logits[3 * image + label] > logits[3 * image + highest] ? label : highest;
        }
        truth[image] = random.nextInt(3);
        right += highest == truth[image] ? 1 : 0;
        loss -= Math.log(Math.exp(logits[3 * image + truth[image]]) / sum);
      }
      tally.add(logits, truth);
    }
    assertThat(right).isBetween(1, 19);
    assertThat(entry(tally).path("trainingAccuracy").asDouble()).isEqualTo(right / 20.0);
    assertThat(entry(tally).path("trainingLogLoss").asDouble()).isCloseTo(loss / 20, within(1e-9));
  }

  @Test
  void oneLogitIsTheSecondLabelsAgainstZero() {
    TrainingTally tally = new TrainingTally();
    tally.add(new float[] {2, -1, 0.5f, -3}, new int[] {1, 1, 0, 0});
    double loss =
        (Math.log1p(Math.exp(-2)) + Math.log1p(Math.exp(1)))
            + (Math.log1p(Math.exp(0.5)) + Math.log1p(Math.exp(-3)));
    assertThat(entry(tally).path("trainingAccuracy").asDouble()).isEqualTo(0.5);
    assertThat(entry(tally).path("trainingLogLoss").asDouble()).isCloseTo(loss / 4, within(1e-9));
  }

  @Test
  void imagesWithoutTheMainLabelAreNotCountedAndLogitsFarApartStayFinite() {
    TrainingTally tally = new TrainingTally();
    tally.add(new float[] {1, 2, 3, 4}, new int[] {-1, -1});
    assertThat(entry(tally)).isEmpty();
    tally.add(new float[] {1000, -1000, Float.NaN, 0}, new int[] {1, -1});
    assertThat(entry(tally).path("trainingAccuracy").asDouble()).isZero();
    assertThat(entry(tally).path("trainingLogLoss").asDouble()).isEqualTo(2000);
  }
}
