package org.senoscope.calibration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.senoscope.files.Json;

/**
 * Sets of labels that hold the truth as often as they say, for each true label by itself
 * (class-conditional, or Mondrian, split-conformal prediction: Vovk, Conditional validity of
 * inductive conformal predictors, ACML 2012). A label is in a case's set when 1 less its
 * probability is at most the label's limit; the limit is the ⌈(n + 1) · level⌉-th smallest such
 * number of the n calibration cases of that label.
 *
 * <p>Of new cases that are exchangeable with those n, at least the level's share has its truth in
 * its set, on average over calibration sets; given one of them the share follows a Beta(n + 1 - l,
 * l) law, l being ⌊(n + 1)(1 - level)⌋, or more where probabilities tie: ties are kept, nothing is
 * left to chance. Three conditions: calibration cases come from where new ones come from; their
 * probabilities come from a network and a calibrator that were not fitted on them ({@link
 * CrossFit}); and cases of one woman are not independent, so that with several from each the share
 * swings more than that law says.
 *
 * <p>A label with too few calibration cases has no limit: it is in every set. A set may hold no
 * label, where a case is like none of the calibration cases; it stays empty, and whoever asked
 * refers the case, as with a set of two labels or more. To put the likeliest label in would hide
 * that.
 *
 * @param level share of cases whose set holds the truth, .5 to .999
 * @param limits one for each label, in their order
 */
public record ConformalSets(double level, List<Limit> limits) {
  /** The usual level. */
  public static final double USUAL_LEVEL = 0.9;

  private static final double LOWEST_LEVEL = 0.5;
  private static final double HIGHEST_LEVEL = 0.999;
  private static final String LIMIT = "limit";

  /**
   * What one label needs to be in a set.
   *
   * @param cases calibration cases of the label
   * @param highest of 1 less the label's probability, 0 to 1; infinite where the cases are too few
   */
  public record Limit(int cases, double highest) {
    public Limit {
      if (cases < 0 || !(highest >= 0 && (highest <= 1 || highest == Double.POSITIVE_INFINITY))) {
        throw new IllegalArgumentException(
            "a limit must lie from 0 to 1 and be of no fewer than 0 cases, was %s of %d"
                .formatted(highest, cases));
      }
    }

    /** Whether the label is in every set. */
    public boolean unlimited() {
      return highest == Double.POSITIVE_INFINITY;
    }

    boolean allows(double probability) {
      return 1 - probability <= highest;
    }
  }

  public ConformalSets {
    limits = List.copyOf(limits);
    if (!(level >= LOWEST_LEVEL && level <= HIGHEST_LEVEL)) {
      throw new IllegalArgumentException(
          "level of conformal sets must lie from %s to %s, was %s"
              .formatted(LOWEST_LEVEL, HIGHEST_LEVEL, level));
    }
    if (limits.size() < 2) {
      throw new IllegalArgumentException(
          "conformal sets need a limit for each of two labels or more, have " + limits.size());
    }
  }

  /**
   * Sets limits by calibration cases.
   *
   * @param probabilities a row for each case, one number from 0 to 1 for each label; at least one
   *     case
   * @param truth the label of each case, from 0; a label may have no case
   * @param level share of cases whose set is to hold the truth
   * @throws IllegalArgumentException when the arrays do not fit together
   */
  public static ConformalSets fit(double[][] probabilities, int[] truth, double level) {
    LabelledLogits cases = new LabelledLogits(probabilities, truth);
    for (double[] row : probabilities) {
      if (!Arrays.stream(row).allMatch(p -> p >= 0 && p <= 1)) {
        throw new IllegalArgumentException(
            "Probabilities must lie from 0 to 1, were " + Arrays.toString(row));
      }
    }
    List<Limit> limits = new ArrayList<>();
    for (int label = 0; label < cases.labels(); label++) {
      int wanted = label;
      double[] distances =
          IntStream.range(0, cases.size())
              .filter(i -> truth[i] == wanted)
              .mapToDouble(i -> 1 - probabilities[i][wanted])
              .sorted()
              .toArray();
      int rank = rank(distances.length, level);
      limits.add(
          new Limit(
              distances.length,
              rank > distances.length ? Double.POSITIVE_INFINITY : distances[rank - 1]));
    }
    return new ConformalSets(level, limits);
  }

  /**
   * Which of n sorted distances is the limit, from 1; above n where they are too few. In decimal
   * digits, as the level is written: in binary 100 · .55 is more than 55.
   */
  static int rank(int cases, double level) {
    return BigDecimal.valueOf(level)
        .multiply(BigDecimal.valueOf(cases + 1L))
        .setScale(0, RoundingMode.CEILING)
        .intValueExact();
  }

  /** The fewest calibration cases that give a label a limit: 9 for .9. */
  public int fewestCases() {
    BigDecimal miss = BigDecimal.ONE.subtract(BigDecimal.valueOf(level));
    return BigDecimal.ONE.divide(miss, 0, RoundingMode.CEILING).intValueExact() - 1;
  }

  /**
   * The labels that a case may have, in their order; none for a case that is like no calibration
   * case.
   *
   * @param probabilities one for each label
   * @throws IllegalArgumentException when they are not as many as the limits
   */
  public List<Integer> set(double[] probabilities) {
    if (probabilities.length != limits.size()) {
      throw new IllegalArgumentException(
          "Conformal sets are of %d labels, the probabilities are %s"
              .formatted(limits.size(), Arrays.toString(probabilities)));
    }
    return IntStream.range(0, probabilities.length)
        .filter(label -> limits.get(label).allows(probabilities[label]))
        .boxed()
        .toList();
  }

  /** The object that {@link #parse} reads; a label without a limit says why. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("level", level);
    ArrayNode array = json.putArray("limits");
    for (Limit limit : limits) {
      ObjectNode each = array.addObject().put("cases", limit.cases);
      if (limit.unlimited()) {
        each.putNull(LIMIT)
            .put(
                "why",
                "%d calibration cases, a limit needs %d: the label is in every set"
                    .formatted(limit.cases, fewestCases()));
      } else {
        each.put(LIMIT, limit.highest);
      }
    }
    return json;
  }

  /**
   * Reads what {@link #toJson} gives.
   *
   * @param labels of the task
   * @throws org.senoscope.work.InputException saying what is wrong with it
   */
  public static ConformalSets parse(JsonNode json, int labels) {
    Fields fields = new Fields("conformal", json);
    return fields.checked(
        () -> {
          List<Limit> limits =
              fields.objects("limits").stream()
                  .map(
                      each ->
                          new Limit(
                              each.wholeNumber("cases"),
                              each.isNull(LIMIT) ? Double.POSITIVE_INFINITY : each.number(LIMIT)))
                  .toList();
          if (limits.size() != labels) {
            throw new IllegalArgumentException(
                "there must be a limit for each of the task's %d labels, were %d"
                    .formatted(labels, limits.size()));
          }
          return new ConformalSets(fields.number("level"), limits);
        });
  }
}
