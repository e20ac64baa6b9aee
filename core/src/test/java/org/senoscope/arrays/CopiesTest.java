package org.senoscope.arrays;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.senoscope.work.InputException;

class CopiesTest {
  private static final List<String> LABELS = List.of("normal", "benign", "malignant");

  /** Random parts and labels: some images in no part, one label rare. */
  private record Made(List<String> parts, List<String> labels) {
    static Made of(long seed, int images) {
      Random random = new Random(seed);
      List<String> parts = new ArrayList<>();
      List<String> labels = new ArrayList<>();
      for (int i = 0; i < images; i++) {
        double dice = random.nextDouble();
        parts.add(dice < .6 ? "train" : dice < .75 ? "validation" : dice < .95 ? "test" : "");
        labels.add(LABELS.get(i < 3 ? i : random.nextInt(12) == 0 ? 2 : random.nextInt(2)));
        if (i < 3) {
          parts.set(i, "train");
        }
      }
      return new Made(parts, labels);
    }
  }

  static Stream<Copies> copies() {
    return Stream.of(
        Copies.NONE,
        new Copies(16, OptionalInt.empty(), 1),
        new Copies(8, OptionalInt.of(1), 2),
        new Copies(16, OptionalInt.of(528), 3),
        new Copies(1, OptionalInt.of(100), 4),
        new Copies(3, OptionalInt.of(700), 5));
  }

  @ParameterizedTest
  @MethodSource("copies")
  void imagesThatAreNotForTrainingComeOnceAndUnchanged(Copies copies) {
    for (long seed = 0; seed < 20; seed++) {
      Made made = Made.of(seed, 90);
      Map<Integer, Integer> times = new HashMap<>();
      for (Sample sample : copies.samples(made.parts, made.labels)) {
        String part = made.parts.get(sample.row());
        assertThat(sample.part()).isEqualTo(part).isNotEmpty();
        if (!part.equals("train")) {
          times.merge(sample.row(), 1, Integer::sum);
          assertThat(sample).isEqualTo(Sample.original(sample.row(), part));
        }
      }
      for (int row = 0; row < 90; row++) {
        String part = made.parts.get(row);
        assertThat(times.getOrDefault(row, 0))
            .isEqualTo(part.equals("validation") || part.equals("test") ? 1 : 0);
      }
    }
  }

  @Test
  void nobodyCanMakeACopyOfAnImageThatIsNotForTraining() {
    for (String part : List.of("test", "validation", "fold1", "")) {
      assertThatThrownBy(() -> new Sample(7, part, Variant.ALL.get(3), 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Only images of the training part are copied");
      assertThatThrownBy(() -> new Sample(7, part, Variant.ORIGINAL, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void withoutANumberPerClassEveryVariantOfEveryTrainingImageComesOnce() {
    Made made = Made.of(1, 50);
    List<Sample> samples = new Copies(16, OptionalInt.empty(), 1).samples(made.parts, made.labels);
    List<Sample> training = samples.stream().filter(s -> s.part().equals("train")).toList();
    long images = made.parts.stream().filter("train"::equals).count();
    assertThat(training).hasSize((int) (16 * images)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("copies")
  void everyLabelHasTheNumberAskedFor(Copies copies) {
    if (copies.perClass().isEmpty()) {
      return;
    }
    Made made = Made.of(2, 90);
    Map<String, Integer> counts = new HashMap<>();
    copies.samples(made.parts, made.labels).stream()
        .filter(sample -> sample.part().equals("train"))
        .forEach(sample -> counts.merge(made.labels.get(sample.row()), 1, Integer::sum));
    assertThat(counts.keySet()).containsExactlyInAnyOrderElementsOf(LABELS);
    assertThat(counts.values()).containsOnly(copies.perClass().getAsInt());
  }

  @Test
  void imagesOfALabelAreRepeatedEquallyOften() {
    Made made = Made.of(3, 90);
    List<Sample> samples = new Copies(16, OptionalInt.of(528), 1).samples(made.parts, made.labels);
    assertThat(samples).doesNotHaveDuplicates();
    for (String label : LABELS) {
      Map<Integer, Integer> times = new HashMap<>();
      samples.stream()
          .filter(s -> s.part().equals("train") && made.labels.get(s.row()).equals(label))
          .forEach(s -> times.merge(s.row(), 1, Integer::sum));
      int most = times.values().stream().mapToInt(each -> each).max().orElseThrow();
      assertThat(times.values()).allMatch(each -> each >= most - 1);
    }
  }

  /** Were rare labels alone turned, a network would learn the turn. */
  @Test
  void everyLabelHasEveryVariantAboutEquallyOften() {
    Made made = Made.of(4, 600);
    List<Sample> samples = new Copies(16, OptionalInt.of(320), 1).samples(made.parts, made.labels);
    for (String label : LABELS) {
      Map<Variant, Integer> times = new HashMap<>();
      samples.stream()
          .filter(s -> s.part().equals("train") && made.labels.get(s.row()).equals(label))
          .forEach(s -> times.merge(s.variant(), 1, Integer::sum));
      // 20 expected of each: binomial with a standard deviation of at most 4.4.
      assertThat(times.keySet()).hasSize(16);
      assertThat(times.values()).allMatch(each -> each >= 5 && each <= 38);
    }
  }

  @Test
  void theSameSeedChoosesTheSameAndTheSixteenVariantsDiffer() {
    Made made = Made.of(5, 90);
    Copies copies = new Copies(16, OptionalInt.of(60), 9);
    assertThat(copies.samples(made.parts, made.labels))
        .isEqualTo(copies.samples(made.parts, made.labels))
        .isNotEqualTo(new Copies(16, OptionalInt.of(60), 10).samples(made.parts, made.labels));
    Set<Variant> variants = new HashSet<>(Variant.ALL);
    assertThat(variants).hasSize(16);
    assertThat(Variant.ALL.stream().map(Variant::text)).doesNotHaveDuplicates();
    assertThat(Variant.ALL.getFirst()).isEqualTo(Variant.ORIGINAL);
    assertThat(Variant.ALL.subList(0, 4)).noneMatch(v -> v.orientation().exchangesSides());
  }

  @Test
  void numbersOutOfRangeAreWrongInput() {
    assertThatThrownBy(() -> new Copies(17, OptionalInt.empty(), 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("1 (no copies) to 16, was 17");
    assertThatThrownBy(() -> new Copies(1, OptionalInt.of(0), 1))
        .isInstanceOf(InputException.class);
  }
}
