package org.senoscope.evaluate.comparison;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.senoscope.evaluate.EvaluateModel;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.ScoredCase;
import org.senoscope.evaluate.TaskEvaluation;
import org.senoscope.evaluate.metrics.PairedComparison;
import org.senoscope.evaluate.metrics.Sample;
import org.senoscope.files.Json;
import org.senoscope.provenance.Provenance;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

/**
 * Two models on the same images of a data set.
 *
 * @param first one model, which the other is subtracted from
 * @param second the other
 * @param dataset its name
 * @param task what both answer
 * @param firstSample what the first said, in the order of the images' names
 * @param secondSample what the second said of the same images
 * @param left images that one alone scored, and that were left out
 * @param otherPart images that were in another part of the split for the one than for the other
 * @param paired the differences
 * @param provenance of the comparison
 */
public record Comparison(
    Contender first,
    Contender second,
    String dataset,
    Task task,
    Sample firstSample,
    Sample secondSample,
    int left,
    int otherPart,
    PairedComparison paired,
    Provenance provenance) {

  /**
   * Pairs by image and compares.
   *
   * @param common whether images that one alone scored are left out; an error otherwise
   * @throws InputException when the labels differ, or the images do
   */
  public static Comparison of(Contender first, Contender second, String dataset, boolean common) {
    List<String> labels = first.task().labels();
    if (!first.task().name().equals(second.task().name())
        || !Set.copyOf(labels).equals(Set.copyOf(second.task().labels()))) {
      throw new InputException(
          "%s answers %s with %s, %s answers %s with %s; models are compared on the same labels of one task"
              .formatted(
                  first.given(),
                  first.task().name(),
                  labels,
                  second.given(),
                  second.task().name(),
                  second.task().labels()));
    }
    Map<String, ScoredCase> one = byImage(first.cases());
    Map<String, ScoredCase> two = byImage(second.cases());
    Set<String> both = new HashSet<>(one.keySet());
    both.retainAll(two.keySet());
    int left = one.size() + two.size() - 2 * both.size();
    if (both.isEmpty() || (left > 0 && !common)) {
      throw new InputException(
          "%s scored %d images, %s %d, and %d are common%s"
              .formatted(
                  first.given(),
                  one.size(),
                  second.given(),
                  two.size(),
                  both.size(),
                  both.isEmpty()
                      ? "; evaluate both on the same part"
                      : ": %s, for one; evaluate both on the same part, or compare the common ones with --common"
                          .formatted(alone(one, two))));
    }
    List<ScoredCase> ofFirst = new ArrayList<>();
    List<ScoredCase> ofSecond = new ArrayList<>();
    int otherPart = 0;
    for (String image : one.keySet()) {
      ScoredCase mine = one.get(image);
      ScoredCase other = two.get(image);
      if (mine != null && other != null) {
        ofFirst.add(mine);
        ofSecond.add(inOrder(other, second.task().labels(), labels));
        otherPart += mine.part().equals(other.part()) ? 0 : 1;
      }
    }
    Sample firstSample = TaskEvaluation.sample(first.task(), ofFirst);
    Sample secondSample = TaskEvaluation.sample(first.task(), ofSecond);
    return new Comparison(
        first,
        second,
        dataset,
        first.task(),
        firstSample,
        secondSample,
        left,
        otherPart,
        PairedComparison.of(firstSample, secondSample, EvaluateModel.SEED),
        Provenance.now("", "", EvaluateModel.SEED));
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

  /** Such as {@code lite0 1 against plain 1 on busi}. */
  public String title() {
    return "%s against %s on %s".formatted(first.title(), second.title(), dataset);
  }

  /** Whether a difference may be called a result. */
  public boolean isTestResult() {
    return first.testResult() && second.testResult() && !demonstratesLeakage();
  }

  /** Whether one of the two demonstrates leakage. */
  public boolean demonstratesLeakage() {
    return first.demonstratesLeakage() || second.demonstratesLeakage();
  }

  /** What the differences are, or why they are no test result. */
  public String result() {
    if (demonstratesLeakage()) {
      return "demonstration of leakage, never a result: %s"
          .formatted(
              first.demonstratesLeakage() && second.demonstratesLeakage()
                  ? "both demonstrate it"
                  : "%s demonstrates it"
                      .formatted(first.demonstratesLeakage() ? "the first" : "the second"));
    }
    List<String> why = new ArrayList<>();
    Map<String, Contender> both = new LinkedHashMap<>();
    both.put("the first", first);
    both.put("the second", second);
    both.forEach(
        (which, contender) -> {
          if (!contender.testResult()) {
            why.add(
                "of %s, %s"
                    .formatted(which, contender.result().replaceFirst("^not a test result: ", "")));
          }
        });
    return why.isEmpty()
        ? "paired comparison of two test results on the same %d images".formatted(paired.n())
        : "not a test result: " + String.join("; ", why);
  }

  /** What else a reader must know, in sentences. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (left > 0) {
      notes.add("%d images that one alone scored were left out.".formatted(left));
    }
    notes.add(
        otherPart == 0
            ? "Both had the same split: each image was in the same part."
            : "The two had different splits: %d of %d images were in another part, so the difference holds that of the splits too."
                .formatted(otherPart, paired.n()));
    if (paired.groups() < paired.n()) {
      notes.add(
          "McNemar's test takes images to be independent, and groups hold several: quote the bootstrap over groups.");
    }
    notes.add("Several metrics are compared: one in twenty intervals misses the truth.");
    return notes;
  }

  /** As {@code comparison.json} has it. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object("comparison").put("result", result());
    json.put("dataset", dataset).put("task", task.name());
    json.set("labels", Json.tree(task.labels()));
    if (firstSample.positive() >= 0) {
      json.put("positive", task.labels().get(firstSample.positive()));
    } else {
      json.putNull("positive");
    }
    json.put("testResult", isTestResult());
    json.put("difference", "first less second");
    json.set("first", first.toJson());
    json.set("second", second.toJson());
    json.put("imagesLeftOut", left)
        .put("sameSplit", otherPart == 0)
        .put("imagesInOtherParts", otherPart);
    if (demonstratesLeakage()) {
      json.put(Provenance.DEMONSTRATES_LEAKAGE, true);
    }
    json.setAll(paired.toJson());
    ArrayNode said = json.putArray("notes");
    notes().forEach(said::add);
    json.put("use", Evaluation.RESEARCH_USE_ONLY);
    json.set("provenance", provenance.toJson());
    return json;
  }
}
