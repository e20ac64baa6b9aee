package org.senoscope.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.work.InputException;

class MadeSetTest {
  private static List<MadeSet.Picture> pictures(MadeSet set, int count) {
    return IntStream.range(0, count).mapToObj(set::picture).toList();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 42, Long.MAX_VALUE})
  void aSeedGivesTheSameSetAgain(long seed) {
    assertThat(pictures(new MadeSet(seed, 256), 500))
        .isEqualTo(pictures(new MadeSet(seed, 256), 500))
        .isNotEqualTo(pictures(new MadeSet(seed - 1, 256), 500));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 42, Long.MAX_VALUE})
  void aCopyIsOfAnOriginalBeforeItAndUnderAPatientOfItsOwn(long seed) {
    MadeSet set = new MadeSet(seed, 256);
    Map<Integer, Integer> copies = new HashMap<>();
    Map<Integer, Boolean> malignant = new HashMap<>();
    for (MadeSet.Picture picture : pictures(set, 1000)) {
      MadeSet.Picture original = set.picture(picture.original());
      assertThat(original.kind()).isEqualTo(MadeSet.Kind.ORIGINAL);
      if (picture.kind() == MadeSet.Kind.ORIGINAL) {
        assertThat(picture.original()).isEqualTo(picture.number());
        // A patient has one label, so that no copy contradicts her.
        assertThat(malignant.putIfAbsent(picture.patient(), picture.malignant()))
            .isIn(null, picture.malignant());
      } else {
        assertThat(picture.original()).isLessThan(picture.number());
        assertThat(picture.patient()).isEqualTo(picture.number());
        assertThat(picture.malignant()).isEqualTo(original.malignant());
        assertThat(picture.film()).isEqualTo(original.film());
        // Two copies of one original would be a pair that is not counted.
        assertThat(copies.put(picture.original(), picture.number())).isNull();
      }
    }
    assertThat(copies).hasSize(60);
    assertThat(malignant.values()).contains(true, false);
  }

  @Test
  void whatIsPlantedIsCountedByJoiningEveryImage() {
    MadeSet set = new MadeSet(7, 256);
    for (int count : new int[] {1, 47, 48, 50, 99, 150, 1000}) {
      List<MadeSet.Picture> pictures = pictures(set, count);
      // Groups the slow way: by patient, then each copy's patient takes its original's group.
      Map<Integer, Integer> groupOf = new HashMap<>();
      pictures.forEach(picture -> groupOf.put(picture.patient(), picture.patient()));
      pictures.forEach(
          picture ->
              groupOf.put(
                  picture.patient(), groupOf.get(set.picture(picture.original()).patient())));
      List<MadeSet.Kind> kinds = new ArrayList<>(pictures.stream().map(p -> p.kind()).toList());
      MadeSet.Planted planted = set.planted(count);
      assertThat(planted.groups()).isEqualTo((int) groupOf.values().stream().distinct().count());
      assertThat(planted.exactDuplicates())
          .isEqualTo((int) kinds.stream().filter(MadeSet.Kind.EXACT::equals).count());
      kinds.removeAll(List.of(MadeSet.Kind.EXACT, MadeSet.Kind.ORIGINAL));
      assertThat(planted.nearDuplicatePairs()).isEqualTo(kinds.size());
    }
    assertThat(set.planted(1000).exactDuplicates()).isEqualTo(20);
    assertThat(set.planted(1000).nearDuplicatePairs()).isEqualTo(40);
  }

  @Test
  void patientsHaveOneToFourImages() {
    Map<Integer, Integer> images = new HashMap<>();
    pictures(new MadeSet(1, 256), 2000).stream()
        .filter(picture -> picture.kind() == MadeSet.Kind.ORIGINAL)
        .forEach(picture -> images.merge(picture.patient(), 1, Integer::sum));
    assertThat(images.values()).contains(1, 2, 3, 4).allMatch(count -> count <= 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 63, 300, 1000, 8192})
  void anOddSideIsRefused(int side) {
    assertThatThrownBy(() -> new MadeSet(1, side))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(String.valueOf(side));
  }
}
