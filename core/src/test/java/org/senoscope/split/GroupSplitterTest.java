package org.senoscope.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.split.GroupSplitter.Member;
import org.senoscope.work.InputException;

class GroupSplitterTest {
  private static final List<Parts> RULES =
      List.of(
          Parts.holdout("70/15/15"),
          Parts.holdout("80/0/20"),
          Parts.holdout("34/33/33"),
          Parts.folds(2),
          Parts.folds(5),
          Parts.folds(10));

  /** A set of a seed: how many groups, how large, how common each label, all drawn. */
  private static List<Member> drawn(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int largest = 1 + random.nextInt(8);
    int labels = 2 + random.nextInt(4);
    boolean pure = random.nextBoolean();
    List<Member> members = new ArrayList<>();
    for (int label = 0; label < labels; label++) {
      int groups = 20 + random.nextInt(120);
      for (int group = 0; group < groups; group++) {
        int size = 1 + random.nextInt(largest);
        for (int image = 0; image < size; image++) {
          int shown = pure || image == 0 ? label : random.nextInt(labels);
          members.add(
              new Member(
                  "images/%d-%d-%d.png".formatted(label, group, image),
                  "g%d-%d".formatted(label, group),
                  "label" + shown));
        }
      }
    }
    return members;
  }

  static Stream<Long> seeds() {
    return LongStream.range(0, 40).boxed();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyGroupIsInExactlyOnePartAndEveryImageInOne(long seed) {
    List<Member> members = drawn(seed);
    for (Parts parts : RULES) {
      Map<String, String> split = GroupSplitter.split(members, parts, seed);
      assertThat(split.keySet())
          .containsExactlyInAnyOrderElementsOf(members.stream().map(Member::image).toList());
      assertThat(parts.names()).containsAll(split.values());
      Map<String, String> partOfGroup = new HashMap<>();
      for (Member member : members) {
        String part = split.get(member.image());
        assertThat(partOfGroup.merge(member.group(), part, (a, b) -> a.equals(b) ? a : "cut"))
            .isNotEqualTo("cut");
      }
    }
  }

  /** The tolerance that the documentation states: a share is missed by less than two groups. */
  @ParameterizedTest
  @MethodSource("seeds")
  void everyPartHasItsShareOfEveryLabelToWithinTwoGroups(long seed) {
    List<Member> members = drawn(seed);
    int largest = largestGroup(members);
    for (Parts parts : RULES) {
      Map<String, String> split = GroupSplitter.split(members, parts, seed);
      for (String label : members.stream().map(Member::label).distinct().toList()) {
        List<Member> having = members.stream().filter(m -> m.label().equals(label)).toList();
        parts
            .shares()
            .forEach(
                (part, share) ->
                    assertThat(
                            having.stream().filter(m -> part.equals(split.get(m.image()))).count())
                        .as("%s of %s in %s, %s", label, having.size(), part, parts.rule())
                        .isPositive()
                        .satisfies(
                            n ->
                                assertThat((double) n)
                                    .isCloseTo(share * having.size(), within(2.0 * largest + .5))));
      }
    }
  }

  private static int largestGroup(List<Member> members) {
    Map<String, Integer> sizes = new HashMap<>();
    members.forEach(member -> sizes.merge(member.group(), 1, Integer::sum));
    return Collections.max(sizes.values());
  }

  @Test
  void singleImagesAreSharedOutToTheLastOne() {
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < 626; i++) {
      String label = i < 351 ? "benign" : i < 520 ? "malignant" : "normal";
      members.add(new Member("images/%03d.png".formatted(i), "g" + i, label));
    }
    Map<String, String> split = GroupSplitter.split(members, Parts.folds(5), 3);
    for (String fold : Parts.folds(5).names()) {
      for (Map.Entry<String, Integer> label :
          Map.of("benign", 351, "malignant", 169, "normal", 106).entrySet()) {
        assertThat(
                (double)
                    members.stream()
                        .filter(m -> m.label().equals(label.getKey()))
                        .filter(m -> fold.equals(split.get(m.image())))
                        .count())
            .isCloseTo(label.getValue() / 5.0, within(1.0));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 42, -5, Long.MAX_VALUE})
  void neitherTheOrderNorTheNamesOfTheGroupsMatter(long seed) {
    List<Member> members = drawn(17);
    Map<String, String> split = GroupSplitter.split(members, Parts.folds(5), seed);
    List<Member> shuffled =
        new ArrayList<>(
            members.stream().map(m -> new Member(m.image(), "x" + m.group(), m.label())).toList());
    Collections.shuffle(shuffled, new Random(seed));
    assertThat(GroupSplitter.split(shuffled, Parts.folds(5), seed)).containsExactlyEntriesOf(split);
  }

  @Test
  void anotherSeedDealsOtherwise() {
    List<Member> members = drawn(4);
    assertThat(GroupSplitter.split(members, Parts.folds(5), 1))
        .isNotEqualTo(GroupSplitter.split(members, Parts.folds(5), 2));
  }

  /** A split must not change with the version of Senoscope or Java; see make_split.py. */
  @Test
  void theSplitOfASeedIsForEver() throws IOException {
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      members.add(new Member("images/" + i + ".png", "g" + i / 3, String.valueOf(i % 7 % 3)));
    }
    StringBuilder found = new StringBuilder("image,part\n");
    GroupSplitter.split(members, Parts.folds(3), 1)
        .forEach((image, part) -> found.append(image + "," + part + "\n"));
    try (InputStream golden = GroupSplitterTest.class.getResourceAsStream("split.csv")) {
      assertThat(golden).isNotNull();
      assertThat(found.toString())
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void aLabelInTooFewGroupsIsRefusedByName() {
    List<Member> members = new ArrayList<>(drawn(1));
    for (int i = 0; i < 4; i++) {
      members.add(new Member("images/rare%d.png".formatted(i), "rare" + i % 2, "MISC"));
    }
    assertThatThrownBy(() -> GroupSplitter.split(members, Parts.folds(5), 1))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("5 parts", "MISC has 2", "fewer folds");
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aLabelInJustEnoughGroupsReachesEveryPart(long seed) {
    List<Member> members = new ArrayList<>(drawn(seed));
    for (int i = 0; i < 15; i++) {
      members.add(new Member("images/rare%d.png".formatted(i), "rare" + i % 3, "MISC"));
    }
    Map<String, String> split = GroupSplitter.split(members, Parts.holdout("70/15/15"), seed);
    assertThat(List.of("rare0", "rare1", "rare2"))
        .extracting(
            group ->
                split.get(
                    members.stream()
                        .filter(m -> m.group().equals(group))
                        .findFirst()
                        .orElseThrow()
                        .image()))
        .containsExactlyInAnyOrder("train", "validation", "test");
  }

  @Test
  void nothingToSplitIsSaid() {
    assertThatThrownBy(() -> GroupSplitter.split(List.of(), Parts.folds(2), 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no image is left");
  }
}
