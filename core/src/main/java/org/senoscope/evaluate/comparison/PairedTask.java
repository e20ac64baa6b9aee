package org.senoscope.evaluate.comparison;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.senoscope.evaluate.EvaluateModel;
import org.senoscope.evaluate.EvaluatePredictions;
import org.senoscope.evaluate.ScoredCase;
import org.senoscope.evaluate.TaskEvaluation;
import org.senoscope.evaluate.metrics.PairedComparison;
import org.senoscope.evaluate.metrics.Sample;
import org.senoscope.files.Json;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

/**
 * Two models' answers to one task, paired by image.
 *
 * @param task with the labels in the first's order
 * @param firstSample what the first said, in the order of the images' names
 * @param secondSample what the second said of the same images
 * @param left images that one alone scored, and that were left out
 * @param otherPart images that were in another part of the split for the one than for the other;
 *     folds are matched by their images, since what a fold is called means nothing
 * @param sameSplit whether both had the same split; empty where the images of these parts are the
 *     same, and nothing tells of the others
 * @param paired the differences
 */
public record PairedTask(
    Task task,
    Sample firstSample,
    Sample secondSample,
    int left,
    int otherPart,
    Optional<Boolean> sameSplit,
    PairedComparison paired) {
  private static final String FOLD = "fold\\d+";

  /** The part of every image where there is no split, or where a file names none. */
  private static final String ALL = "all";

  /**
   * Pairs by image and compares.
   *
   * @param one the first's answers
   * @param other the second's, of the same task
   * @param common whether images that one alone scored are left out; an error otherwise
   * @param divided whether the data set has a split
   * @throws InputException when the images differ
   */
  static PairedTask of(
      Contender first,
      EvaluatePredictions.Scores one,
      Contender second,
      EvaluatePredictions.Scores other,
      boolean common,
      boolean divided) {
    Task task = one.task();
    Map<String, ScoredCase> firsts = byImage(one.cases());
    Map<String, ScoredCase> seconds = byImage(other.cases());
    Set<String> both = new HashSet<>(firsts.keySet());
    both.retainAll(seconds.keySet());
    int left = firsts.size() + seconds.size() - 2 * both.size();
    if (both.isEmpty() || (left > 0 && !common)) {
      throw new InputException(
          "%s scored %d images for task %s, %s %d, and %d are common%s"
              .formatted(
                  first.given(),
                  firsts.size(),
                  task.name(),
                  second.given(),
                  seconds.size(),
                  both.size(),
                  both.isEmpty()
                      ? "; evaluate both on the same part"
                      : ": %s, for one; evaluate both on the same part, or compare the common ones with --common"
                          .formatted(alone(firsts, seconds))));
    }
    List<ScoredCase> ofFirst = new ArrayList<>();
    List<ScoredCase> ofSecond = new ArrayList<>();
    firsts.forEach(
        (image, mine) -> {
          ScoredCase theirs = seconds.get(image);
          if (theirs != null) {
            ofFirst.add(mine);
            ofSecond.add(inOrder(theirs, other.task().labels(), task.labels()));
          }
        });
    int otherPart = inOtherParts(ofFirst, ofSecond, divided);
    Sample firstSample = TaskEvaluation.sample(task, ofFirst);
    Sample secondSample = TaskEvaluation.sample(task, ofSecond);
    return new PairedTask(
        task,
        firstSample,
        secondSample,
        left,
        otherPart,
        otherPart > 0
            ? Optional.of(false)
            : tellsAll(ofFirst, divided) && tellsAll(ofSecond, divided)
                ? Optional.of(true)
                : first.split().isSame(second.split()),
        PairedComparison.of(firstSample, secondSample, EvaluateModel.SEED));
  }

  /** An image that one alone scored. */
  private static String alone(Map<String, ScoredCase> one, Map<String, ScoredCase> two) {
    return one.keySet().stream()
        .filter(image -> !two.containsKey(image))
        .findFirst()
        .map(image -> image + " is the first's alone")
        .orElseGet(
            () ->
                two.keySet().stream()
                    .filter(image -> !one.containsKey(image))
                    .findFirst()
                    .map(image -> image + " is the second's alone")
                    .orElse(""));
  }

  private static Map<String, ScoredCase> byImage(List<ScoredCase> cases) {
    Map<String, ScoredCase> byImage = new TreeMap<>();
    cases.forEach(scored -> byImage.put(scored.image(), scored));
    return byImage;
  }

  /** The same case with its labels in another order. */
  private static ScoredCase inOrder(ScoredCase scored, List<String> from, List<String> to) {
    return new ScoredCase(
        scored.image(),
        scored.group(),
        to.indexOf(from.get(scored.truth())),
        to.stream().map(label -> scored.probabilities().get(from.indexOf(label))).toList(),
        scored.part(),
        scored.referred());
  }

  /**
   * Whether the parts of scored images tell the whole split: folds do, since a model learned from
   * all but one, and so does a data set without a split. Of a hold-out only the scored part is
   * known, and two may share it and have learned from other images; a file that names no parts, as
   * {@code predict} prints it, tells nothing of a data set's split.
   */
  private static boolean tellsAll(List<ScoredCase> cases, boolean divided) {
    return areFolds(cases)
        || (!divided && cases.stream().allMatch(scored -> scored.part().equals(ALL)));
  }

  private static boolean areFolds(List<ScoredCase> cases) {
    return cases.stream().allMatch(scored -> scored.part().matches(FOLD))
        && cases.stream().map(ScoredCase::part).distinct().count() > 1;
  }

  private static int inOtherParts(List<ScoredCase> one, List<ScoredCase> two, boolean divided) {
    if (areFolds(one) && areFolds(two)) {
      return one.size() - inMatchedFolds(one, two);
    }
    int others = 0;
    for (int i = 0; i < one.size(); i++) {
      String first = one.get(i).part();
      String second = two.get(i).part();
      boolean unnamed = divided && (first.equals(ALL) || second.equals(ALL));
      others += unnamed || first.equals(second) ? 0 : 1;
    }
    return others;
  }

  /** Images in common of folds that are paired with each other, those that share most first. */
  private static int inMatchedFolds(List<ScoredCase> one, List<ScoredCase> two) {
    Map<List<String>, Integer> shared = new HashMap<>();
    for (int i = 0; i < one.size(); i++) {
      shared.merge(List.of(one.get(i).part(), two.get(i).part()), 1, Integer::sum);
    }
    Set<String> ofFirst = new HashSet<>();
    Set<String> ofSecond = new HashSet<>();
    int matched = 0;
    List<List<String>> pairs =
        shared.keySet().stream()
            .sorted(
                Comparator.comparingInt(
                        (List<String> pair) -> -Objects.requireNonNull(shared.get(pair)))
                    .thenComparing(List::getFirst)
                    .thenComparing(List::getLast))
            .toList();
    for (List<String> pair : pairs) {
      if (!ofFirst.contains(pair.getFirst()) && !ofSecond.contains(pair.getLast())) {
        ofFirst.add(pair.getFirst());
        ofSecond.add(pair.getLast());
        matched += Objects.requireNonNull(shared.get(pair));
      }
    }
    return matched;
  }

  /** What is to be known of the split, in a sentence. */
  String splitNote() {
    if (otherPart > 0) {
      return "The two had different splits: %d of %d images were in another part, so the difference holds that of the splits too."
          .formatted(otherPart, paired.n());
    }
    return sameSplit
        .map(
            same ->
                same
                    ? "Both had the same split: each image was in the same part."
                    : "The two had different splits: they share these images, and learned from others, so the difference holds that of the splits too.")
        .orElse(
            "Nothing tells whether the two had the same split: they share these images, and may have learned from others.");
  }

  /** The fields of a comparison that belong to one task. */
  ObjectNode toJson() {
    ObjectNode json = Json.object().put("task", task.name());
    json.set("labels", Json.tree(task.labels()));
    if (firstSample.positive() >= 0) {
      json.put("positive", task.labels().get(firstSample.positive()));
    } else {
      json.putNull("positive");
    }
    json.put("imagesLeftOut", left);
    sameSplit.ifPresentOrElse(
        same -> json.put("sameSplit", same.booleanValue()),
        () -> json.putNull("sameSplit").put("sameSplitWhy", splitNote()));
    json.put("imagesInOtherParts", otherPart);
    json.setAll(paired.toJson());
    return json;
  }
}
