package org.senoscope.evaluate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.senoscope.evaluate.metrics.Estimate;
import org.senoscope.evaluate.metrics.Intervals;
import org.senoscope.evaluate.metrics.Sample;
import org.senoscope.files.Json;
import org.senoscope.refusal.Distances;
import org.senoscope.refusal.DistancesFile;
import org.senoscope.refusal.Limits;

/**
 * How many of a run's own images would be refused as unlike its training images, though they are
 * true ones: each by the distances that the network of its fold found, which has not learned from
 * it, at limits found with the images of the other folds. What is refused at sight (blank, noise,
 * another modality) needs no distance and is not counted.
 *
 * @param n images
 * @param refused their share
 */
public record HeldOutRefusal(int n, Estimate refused) {
  /** How it was found. */
  static final String HOW =
      "each image by its fold's network, limits from the images of the other folds";

  /**
   * Counts.
   *
   * @param run the run's folder, which holds a folder for each fold
   * @param cases the images, each scored in its fold
   * @param sample of the same, in the same order
   * @return empty where a fold has kept no distances, or too few for limits
   */
  static Optional<HeldOutRefusal> of(Path run, List<ScoredCase> cases, Sample sample)
      throws IOException {
    Map<String, List<DistancesFile.Row>> folds = new TreeMap<>();
    for (ScoredCase scored : cases) {
      if (!folds.containsKey(scored.part())) {
        Path file = run.resolve(scored.part()).resolve(DistancesFile.NAME);
        if (!Files.isRegularFile(file)) {
          return Optional.empty();
        }
        folds.put(scored.part(), DistancesFile.read(file));
      }
    }
    Set<String> refused = new HashSet<>();
    Set<String> judged = new HashSet<>();
    for (Map.Entry<String, List<DistancesFile.Row>> fold : folds.entrySet()) {
      List<Distances> others = new ArrayList<>();
      folds.forEach(
          (name, rows) -> {
            if (!name.equals(fold.getKey())) {
              rows.forEach(row -> others.add(row.distances()));
            }
          });
      Limits limits = Limits.ofDistances(others);
      if (limits.cases() == 0) {
        return Optional.empty();
      }
      for (DistancesFile.Row row : fold.getValue()) {
        judged.add(row.image());
        if (limits.exceededBy(row.distances())) {
          refused.add(row.image());
        }
      }
    }
    if (!cases.stream().map(ScoredCase::image).allMatch(judged::contains)) {
      return Optional.empty();
    }
    return Optional.of(
        new HeldOutRefusal(
            cases.size(),
            Intervals.proportion(
                sample, _ -> true, place -> refused.contains(cases.get(place).image()))));
  }

  /** As it stands in files. */
  ObjectNode toJson() {
    ObjectNode json = Json.object().put("n", n);
    json.set("refused", refused.toJson());
    return json.put("how", HOW);
  }
}
