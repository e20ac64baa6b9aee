package org.senoscope.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EpochOrderTest {
  private static final int LABELS = 3;

  private static EpochOrder order(List<Integer> labels, Optional<Integer> perClass, long seed) {
    return EpochOrder.of(
        IntStream.range(0, labels.size()).toArray(), byLabel(labels), perClass, seed, 3);
  }

  private static List<int[]> byLabel(List<Integer> labels) {
    return IntStream.range(0, LABELS)
        .mapToObj(
            label ->
                IntStream.range(0, labels.size()).filter(i -> labels.get(i) == label).toArray())
        .filter(same -> same.length > 0)
        .toList();
  }

  /** Labels of up to 40 images, some without one; seeded. */
  static Stream<List<Integer>> labels() {
    Random random = new Random(5);
    return IntStream.range(0, 60)
        .mapToObj(
            made ->
                IntStream.range(0, 1 + random.nextInt(40))
                    .mapToObj(image -> random.nextInt(LABELS + 1) - 1)
                    .toList());
  }

  @ParameterizedTest
  @MethodSource("labels")
  void withoutANumberEveryImageComesOnce(List<Integer> labels) {
    EpochOrder order = order(labels, Optional.empty(), labels.hashCode());
    assertThat(order.images())
        .containsExactlyInAnyOrder(IntStream.range(0, labels.size()).toArray());
    assertThat(IntStream.range(0, labels.size()).map(order::occurrence)).containsOnly(0);
  }

  @ParameterizedTest
  @MethodSource("labels")
  void everyLabelComesAsOftenAndItsImagesAsEvenlyAsItGoes(List<Integer> labels) {
    for (int perClass : new int[] {1, 7, 50}) {
      int[] images = order(labels, Optional.of(perClass), 1).images();
      assertThat(images)
          .hasSize(EpochOrder.length(new int[0], byLabel(labels), Optional.of(perClass)));
      int[] times = new int[labels.size()];
      Arrays.stream(images).forEach(image -> times[image]++);
      for (int[] same : byLabel(labels)) {
        int[] each = Arrays.stream(same).map(image -> times[image]).toArray();
        assertThat(Arrays.stream(each).sum()).isEqualTo(perClass);
        assertThat(Arrays.stream(each).max().orElseThrow())
            .isLessThanOrEqualTo(Arrays.stream(each).min().orElseThrow() + 1);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("labels")
  void anImageThatComesAgainIsCounted(List<Integer> labels) {
    EpochOrder order = order(labels, Optional.of(20), 9);
    int[] next = new int[labels.size()];
    int[] images = order.images();
    for (int position = 0; position < images.length; position++) {
      assertThat(order.occurrence(position)).isEqualTo(next[images[position]]++);
    }
  }

  @Test
  void anotherEpochTakesOthersOfALargeClass() {
    int[] many = IntStream.range(0, 100).toArray();
    int[] first = EpochOrder.of(many, List.of(many), Optional.of(10), 1, 1).images();
    int[] second = EpochOrder.of(many, List.of(many), Optional.of(10), 1, 2).images();
    assertThat(second).doesNotContain(IntStream.of(first).limit(5).toArray());
    assertThat(EpochOrder.of(many, List.of(many), Optional.of(10), 1, 1).images()).isEqualTo(first);
  }
}
