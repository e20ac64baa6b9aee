package org.senoscope.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TaskTest {
  @Test
  void joinedLabelsKeepTheOrderOfEachTask() {
    List<String> shuffled =
        List.of("2 malignant", "1 malignant", "2 normal", "other", "1 benign", "2 benign");
    assertThat(Task.order("density+pathology", shuffled))
        .containsExactly("1 benign", "1 malignant", "2 normal", "2 benign", "2 malignant", "other");
  }

  @Test
  void orderNeitherLosesNorAddsALabel() {
    Stream.of("pathology", "abnormality", "tissue", "density", "class", "density+pathology")
        .forEach(
            task ->
                assertThat(Task.order(task, List.of("b", "malignant", "1 benign", "G", "3")))
                    .containsExactlyInAnyOrder("b", "malignant", "1 benign", "G", "3"));
  }

  @Test
  void aNameThatJoinsNothingIsItsOwnPart() {
    assertThat(Task.parts("pathology")).containsExactly("pathology");
    assertThat(Task.parts("density+pathology")).containsExactly("density", "pathology");
  }
}
