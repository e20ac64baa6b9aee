package org.senoscope.evaluate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.senoscope.calibration.ConformalSets;
import org.senoscope.evaluate.metrics.Estimate;
import org.senoscope.evaluate.metrics.Intervals;
import org.senoscope.evaluate.metrics.Sample;
import org.senoscope.files.Json;
import org.senoscope.study.Task;

/**
 * How often the sets of labels hold the truth, for each true label by itself, and how large they
 * are: a set that holds the truth by naming every label tells nothing.
 *
 * @param level how often they are to hold it, .5 to .999
 * @param labels in the task's order; those of which there is a case
 * @param sizes cases whose set has no label, one, two and so on
 */
public record SetCoverage(double level, List<OneLabel> labels, List<Integer> sizes) {
  /**
   * The cases of one true label.
   *
   * @param n how many
   * @param holds share whose set holds the label
   */
  public record OneLabel(String label, int n, Estimate holds) {}

  public SetCoverage {
    labels = List.copyOf(labels);
    sizes = List.copyOf(sizes);
  }

  /**
   * Counts.
   *
   * @param cases in the sample's order
   * @param frozen what the model decides by that scored a part
   * @return empty where a part's model has no sets, or the models' levels differ
   */
  static Optional<SetCoverage> of(
      Task task, List<ScoredCase> cases, Sample sample, Function<String, Frozen> frozen) {
    TreeSet<Double> levels = new TreeSet<>();
    for (ScoredCase scored : cases) {
      ConformalSets sets = frozen.apply(scored.part()).sets().get(task.name());
      if (sets == null) {
        return Optional.empty();
      }
      levels.add(sets.level());
    }
    if (levels.size() != 1) {
      return Optional.empty();
    }
    boolean[] holds = new boolean[cases.size()];
    Integer[] sizes = new Integer[task.labels().size() + 1];
    Arrays.fill(sizes, 0);
    for (int i = 0; i < holds.length; i++) {
      ScoredCase scored = cases.get(i);
      List<Integer> set =
          Objects.requireNonNull(frozen.apply(scored.part()).sets().get(task.name()))
              .set(scored.probabilityArray());
      holds[i] = set.contains(scored.truth());
      sizes[set.size()]++;
    }
    List<OneLabel> labels = new ArrayList<>();
    for (int label = 0; label < task.labels().size(); label++) {
      int wanted = label;
      int n = (int) cases.stream().filter(scored -> scored.truth() == wanted).count();
      if (n > 0) {
        labels.add(
            new OneLabel(
                task.labels().get(label),
                n,
                Intervals.proportion(sample, i -> sample.truth(i) == wanted, i -> holds[i])));
      }
    }
    return Optional.of(new SetCoverage(levels.first(), labels, List.of(sizes)));
  }

  /** As it stands in files. */
  ObjectNode toJson() {
    ObjectNode json = Json.object().put("level", level);
    ObjectNode byLabel = json.putObject("byLabel");
    for (OneLabel one : labels) {
      byLabel.putObject(one.label()).put("n", one.n()).set("holdsTruth", one.holds().toJson());
    }
    ArrayNode counts = json.putArray("sizes");
    sizes.forEach(counts::add);
    return json;
  }
}
