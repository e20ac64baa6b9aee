package org.senoscope.calibration;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.senoscope.files.Json;

/**
 * The rising function that fits best, whatever its form (Zadrozny and Elkan, KDD 2002): of two
 * labels, over the log-odds of the second. With three labels or more, each has its curve against
 * the rest, and the probabilities are divided by their sum.
 *
 * @param curves one for the second of two labels, else one for each
 */
public record IsotonicCalibration(List<Curve> curves) implements Calibrator {
  /**
   * A rising function: straight between its points, level beyond the first and the last.
   *
   * @param scores log-odds under softmax, rising
   * @param probabilities at the scores, not falling; above 0 and below 1
   */
  public record Curve(List<Double> scores, List<Double> probabilities)
      implements OneVersusRest.Curve {
    public Curve {
      scores = List.copyOf(scores);
      probabilities = List.copyOf(probabilities);
      if (scores.isEmpty() || scores.size() != probabilities.size()) {
        throw new IllegalArgumentException(
            "a curve needs a probability for each of its scores, at least one, has %d for %d"
                .formatted(probabilities.size(), scores.size()));
      }
      for (int point = 0; point < scores.size(); point++) {
        double score = scores.get(point);
        double probability = probabilities.get(point);
        boolean rises =
            point == 0
                || (score > scores.get(point - 1) && probability >= probabilities.get(point - 1));
        if (!Double.isFinite(score) || !(probability > 0 && probability < 1) || !rises) {
          throw new IllegalArgumentException(
              "a curve's scores must rise and its probabilities, between 0 and 1, must not fall;"
                  + " point %d has %s at %s".formatted(point + 1, probability, score));
        }
      }
    }

    /** The probability at a score. */
    public double probability(double score) {
      int place = Collections.binarySearch(scores, score);
      if (place >= 0) {
        return probabilities.get(place);
      }
      int after = -place - 1;
      if (after == 0) {
        return probabilities.getFirst();
      }
      if (after == scores.size()) {
        return probabilities.getLast();
      }
      double low = scores.get(after - 1);
      double below = probabilities.get(after - 1);
      double above = probabilities.get(after);
      double share = (score - low) / (scores.get(after) - low);
      return Math.min(above, below + (above - below) * share);
    }

    @Override
    public double logOdds(double margin) {
      double probability = probability(margin);
      return Math.log(probability / (1 - probability));
    }
  }

  public IsotonicCalibration {
    curves = List.copyOf(curves);
    OneVersusRest.check(curves);
  }

  /**
   * The least squares against Platt's smoothed targets, by pooling adjacent violators; each block
   * of cases becomes one point, at its mean score. The targets keep every probability off 0 and 1:
   * a label of n cases gets at most (n + 1) / (n + 2), and m cases without it leave at least 1 / (m
   * + 2).
   */
  static IsotonicCalibration fit(LabelledLogits cases) {
    return new IsotonicCalibration(OneVersusRest.fit(cases, IsotonicCalibration::curve));
  }

  private static Curve curve(double[] margins, boolean[] positive, OneVersusRest.Targets targets) {
    List<Double> scores = new ArrayList<>();
    List<Double> probabilities = new ArrayList<>();
    for (AdjacentViolators.Block block : AdjacentViolators.blocks(margins, positive)) {
      scores.add(block.score());
      // Least squares of targets that are one line over hits and misses: that line over the shares.
      probabilities.add(targets.of(block.share()));
    }
    return new Curve(scores, probabilities);
  }

  static IsotonicCalibration read(Fields fields) {
    return new IsotonicCalibration(
        fields.objects("curves").stream()
            .map(each -> new Curve(each.numbers("scores"), each.numbers("probabilities")))
            .toList());
  }

  @Override
  public CalibrationMethod method() {
    return CalibrationMethod.ISOTONIC;
  }

  @Override
  public boolean suits(int labels) {
    return OneVersusRest.suits(curves, labels);
  }

  @Override
  public double[] probabilities(double[] logits) {
    return OneVersusRest.probabilities(curves, logits);
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = Fields.object(this);
    ArrayNode array = json.putArray("curves");
    for (Curve curve : curves) {
      ObjectNode each = array.addObject();
      each.set("scores", Json.tree(curve.scores));
      each.set("probabilities", Json.tree(curve.probabilities));
    }
    return json;
  }
}
