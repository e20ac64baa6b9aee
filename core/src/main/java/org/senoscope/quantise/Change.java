package org.senoscope.quantise;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.senoscope.evaluate.ScoredCase;
import org.senoscope.evaluate.TaskEvaluation;
import org.senoscope.evaluate.metrics.Difference;
import org.senoscope.evaluate.metrics.PairedComparison;
import org.senoscope.files.Json;
import org.senoscope.study.Task;

/**
 * What 8 bits change in the answers to the main task, on images that the network had not learned
 * from.
 *
 * @param protocol which images these are, in words
 * @param task the main one
 * @param paired the metrics in 8 bits less those in floats
 * @param largest change of a probability
 * @param labels how many images were given another label
 * @param referrals how many were handed to a person by one alone; empty where the networks that
 *     were asked refer none, and the one that is written does
 * @param unread images that should have been asked about and cannot be read
 */
public record Change(
    String protocol,
    Task task,
    PairedComparison paired,
    double largest,
    int labels,
    OptionalInt referrals,
    int unread) {
  private static final long SEED = 1;

  private static final String NOT_REFERRING =
      "the folds' networks refer no image: only those of a recipe with calibration: {nested: true} do";

  /** The same images, in the same order. */
  static Change of(String protocol, Task task, List<ScoredCase> floats, List<ScoredCase> integers) {
    double largest = 0;
    int labels = 0;
    int decisions = 0;
    for (int i = 0; i < floats.size(); i++) {
      double[] one = floats.get(i).probabilityArray();
      double[] other = integers.get(i).probabilityArray();
      for (int label = 0; label < one.length; label++) {
        largest = Math.max(largest, Math.abs(one[label] - other[label]));
      }
      labels += floats.get(i).top() == integers.get(i).top() ? 0 : 1;
      decisions += floats.get(i).referred() == integers.get(i).referred() ? 0 : 1;
    }
    return new Change(
        protocol,
        task,
        PairedComparison.of(
            TaskEvaluation.sample(task, integers), TaskEvaluation.sample(task, floats), SEED),
        largest,
        labels,
        OptionalInt.of(decisions),
        0);
  }

  /** The same, where those that were asked refer nothing by their making. */
  Change withoutReferrals() {
    return new Change(protocol, task, paired, largest, labels, OptionalInt.empty(), unread);
  }

  /** The same, without so many images that cannot be read. */
  Change without(int images) {
    return new Change(protocol, task, paired, largest, labels, referrals, images);
  }

  /** As it stands in files: {@code first} is in 8 bits, {@code second} in floats. */
  ObjectNode toJson() {
    ObjectNode json = Json.object().put("protocol", protocol).put("task", task.name());
    json.put("images", paired.n()).put("groups", paired.groups());
    json.set("auc", paired.metric("auc").toJson());
    json.set("balancedAccuracy", paired.metric("balancedAccuracy").toJson());
    json.put("largestProbability", largest);
    json.put("labelsChanged", labels);
    referrals.ifPresentOrElse(
        found -> json.put("referralsChanged", found),
        () -> json.putNull("referralsChanged").put("referralsWhy", NOT_REFERRING));
    return json.put("unread", unread);
  }

  /** In sentences. */
  String text() {
    return String.format(
        Locale.ROOT,
        "%s%n%s%nlargest change of a probability %.3f; another label for %d of %d images; handed to a person by one alone: %s%non %s%s",
        line("AUC", paired.metric("auc")),
        line("balanced accuracy", paired.metric("balancedAccuracy")),
        largest,
        labels,
        paired.n(),
        referrals.isPresent()
            ? String.valueOf(referrals.getAsInt())
            : "not known, because " + NOT_REFERRING,
        protocol,
        unread == 0 ? "" : "; %d more cannot be read".formatted(unread));
  }

  private static String line(String name, Difference difference) {
    if (!difference.estimate().known()) {
      return "%s: not known, %s".formatted(name, difference.estimate().why());
    }
    String interval =
        difference.estimate().hasInterval()
            ? String.format(
                Locale.ROOT,
                " (95%% interval %+.4f to %+.4f)",
                difference.estimate().low(),
                difference.estimate().high())
            : "";
    return String.format(
        Locale.ROOT,
        "%s %.4f → %.4f: %+.4f%s",
        name,
        difference.second(),
        difference.first(),
        difference.estimate().value(),
        interval);
  }
}
