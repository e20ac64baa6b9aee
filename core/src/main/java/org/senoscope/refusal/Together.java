package org.senoscope.refusal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.senoscope.files.Json;
import org.senoscope.work.InputException;

/**
 * A limit to all three distances at once: an image that is a little far in picture, in texture and
 * in content is strange, though each by itself is not. The logarithm of each distance, less its
 * mean and over its deviation among true images, summed over the three.
 *
 * @param mean of the logarithms of picture, texture and content, in that order
 * @param deviation of the same, above 0
 * @param limit of the sum
 */
public record Together(List<Double> mean, List<Double> deviation, double limit) {
  private static final int MEASURES = 3;

  /** Below this a distance counts as this; the usual one is 1. */
  private static final double LEAST = 0.01;

  /** Where all true images are alike, rounding must not refuse them. */
  private static final double LEAST_DEVIATION = 0.05;

  public Together {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    if (mean.size() != MEASURES
        || deviation.size() != MEASURES
        || deviation.stream().anyMatch(each -> !(each > 0))) {
      throw new IllegalArgumentException(
          "Three means and three deviations above 0 are needed, were %s and %s"
              .formatted(mean, deviation));
    }
  }

  /**
   * Finds the limit.
   *
   * @param unseen distances of true images that the network has not seen
   * @param share of them that may pass
   * @return empty where a distance of some is not known
   */
  static Optional<Together> fit(List<Distances> unseen, double share) {
    List<double[]> rows =
        unseen.stream().map(Together::logarithms).flatMap(Optional::stream).toList();
    if (rows.size() < unseen.size()) {
      return Optional.empty();
    }
    Double[] mean = new Double[MEASURES];
    Double[] deviation = new Double[MEASURES];
    for (int i = 0; i < MEASURES; i++) {
      int measure = i;
      double middle = rows.stream().mapToDouble(row -> row[measure]).average().orElseThrow();
      double squares =
          rows.stream().mapToDouble(row -> Math.pow(row[measure] - middle, 2)).sum() / rows.size();
      mean[i] = middle;
      deviation[i] = Math.max(LEAST_DEVIATION, Math.sqrt(squares));
    }
    Together open = new Together(List.of(mean), List.of(deviation), 0);
    double[] sums = rows.stream().mapToDouble(open::sum).sorted().toArray();
    int rank = Math.min(sums.length, (int) Math.ceil(share * (sums.length + 1)));
    return Optional.of(new Together(List.of(mean), List.of(deviation), sums[rank - 1]));
  }

  /** By how much an image is over the limit, in deviations of one measure; empty where unknown. */
  OptionalDouble over(Distances distances) {
    return logarithms(distances)
        .map(row -> OptionalDouble.of(sum(row) - limit))
        .orElse(OptionalDouble.empty());
  }

  private double sum(double[] row) {
    double sum = 0;
    for (int i = 0; i < MEASURES; i++) {
      sum += (row[i] - mean.get(i)) / deviation.get(i);
    }
    return sum;
  }

  private static Optional<double[]> logarithms(Distances distances) {
    List<OptionalDouble> all =
        List.of(distances.picture(), distances.texture(), distances.content());
    return all.stream().allMatch(OptionalDouble::isPresent)
        ? Optional.of(
            all.stream()
                .mapToDouble(each -> Math.log(Math.max(LEAST, each.getAsDouble())))
                .toArray())
        : Optional.empty();
  }

  /** The object that {@link #parse} reads. */
  ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.set("mean", Json.tree(mean));
    json.set("deviation", Json.tree(deviation));
    return json.put("limit", limit);
  }

  /**
   * Reads what {@link #toJson} gives.
   *
   * @throws InputException saying what is wrong with it
   */
  static Together parse(JsonNode json) {
    try {
      if (!json.path("limit").isNumber()) {
        throw new IllegalArgumentException("its limit must be a number");
      }
      return new Together(
          numbers(json.path("mean")),
          numbers(json.path("deviation")),
          json.path("limit").asDouble());
    } catch (IllegalArgumentException e) {
      throw new InputException(
          "limits: \"together\" is not whole: %s, was %s"
              .formatted(e.getMessage(), Json.formatLine(json)));
    }
  }

  private static List<Double> numbers(JsonNode array) {
    return Arrays.stream(
            array
                .valueStream()
                .mapToDouble(each -> each.isNumber() ? each.asDouble() : Double.NaN)
                .toArray())
        .boxed()
        .toList();
  }
}
