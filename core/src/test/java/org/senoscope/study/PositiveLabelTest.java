package org.senoscope.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PositiveLabelTest {
  @ParameterizedTest
  @CsvSource({
    "pathology, normal benign malignant, 2",
    "pathology, benign malignant, 1",
    "class, malignant normal-or-benign, 0",
    "class, Benign Malignant Normal, 1",
    "cancer, 0 1, 1",
    "class, 1 0, 0",
    "class, cats dogs, 1",
    "class, lesion normal, 0",
    "class, Disease Healthy, 0",
    "class, benign lesion, 1",
    "tissue, F G D, -1",
    "density, 1 2 3 4, -1"
  })
  void isTheOneThatAReaderMeans(String task, String labels, int index) {
    assertThat(PositiveLabel.of(new Task(task, List.of(labels.split(" "))))).isEqualTo(index);
  }
}
