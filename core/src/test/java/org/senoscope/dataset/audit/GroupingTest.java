package org.senoscope.dataset.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.dataset.Groups;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.image.likeness.Symmetry;

class GroupingTest {
  private static ManifestRow row(int number, String patient, String group) {
    return new ManifestRow(
        "images/%d.png".formatted(number),
        "",
        Optional.empty(),
        patient,
        group,
        Optional.empty(),
        Optional.empty(),
        10,
        10,
        Map.of(),
        "",
        List.of(),
        "",
        "",
        "");
  }

  private static CopyPair near(int a, int b) {
    return new CopyPair(a, b, CopyPair.Kind.NEAR, Symmetry.IDENTITY, .9);
  }

  @Test
  void patientSourceAndCopiesJoinTransitively() {
    List<ManifestRow> rows =
        List.of(
            row(0, "Doe", ""),
            row(1, "Doe", ""),
            row(2, "Roe", "pair9"),
            row(3, "", "pair9"),
            row(4, "", ""),
            row(5, "", ""));
    Groups groups =
        new Grouping(
                rows,
                List.of(near(1, 2), new CopyPair(3, 4, CopyPair.Kind.EXACT, Symmetry.IDENTITY, 1)))
            .toGroups(Map.of(5, "truncated"));
    assertThat(groups.entries().values())
        .containsExactly(
            new Groups.Entry("g1", "patient", "", ""),
            new Groups.Entry("g1", "patient;near-duplicate", "d1", ""),
            new Groups.Entry("g1", "source;near-duplicate", "d1", ""),
            new Groups.Entry("g1", "source;exact-duplicate", "d2", ""),
            new Groups.Entry("g1", "exact-duplicate", "d2", ""),
            new Groups.Entry("g2", "", "", "truncated"));
  }

  @Test
  void aPatientAndAGroupOfOneNameAreNotTheSame() {
    Groups groups =
        new Grouping(List.of(row(0, "7", ""), row(1, "", "7")), List.of()).toGroups(Map.of());
    assertThat(groups.count()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
  void groupsAreTheConnectedImages(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int count = 60;
    List<ManifestRow> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row(i, random.nextBoolean() ? "p" + random.nextInt(30) : "", ""));
    }
    List<CopyPair> pairs = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      int a = random.nextInt(count - 1);
      pairs.add(near(a, a + 1 + random.nextInt(count - a - 1)));
    }
    Groups groups = new Grouping(rows, pairs).toGroups(Map.of());
    for (int i = 0; i < count; i++) {
      Set<String> expected = reachable(i, rows, pairs);
      String group = groups.groupOf(rows.get(i).image());
      assertThat(
              groups.entries().entrySet().stream()
                  .filter(entry -> entry.getValue().group().equals(group))
                  .map(Map.Entry::getKey))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  /** By walking, without the sets under test. */
  private static Set<String> reachable(int from, List<ManifestRow> rows, List<CopyPair> pairs) {
    Set<Integer> seen = new HashSet<>(Set.of(from));
    boolean more = true;
    while (more) {
      Set<Integer> next = new HashSet<>(seen);
      for (CopyPair pair : pairs) {
        if (seen.contains(pair.a()) || seen.contains(pair.b())) {
          next.add(pair.a());
          next.add(pair.b());
        }
      }
      for (int a : seen) {
        String patient = rows.get(a).patient();
        for (int b = 0; b < rows.size(); b++) {
          if (!patient.isEmpty() && patient.equals(rows.get(b).patient())) {
            next.add(b);
          }
        }
      }
      more = !next.equals(seen);
      seen = next;
    }
    Set<String> images = new HashSet<>();
    seen.forEach(place -> images.add(rows.get(place).image()));
    return images;
  }
}
