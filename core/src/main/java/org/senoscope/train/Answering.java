package org.senoscope.train;

import java.util.List;
import org.senoscope.calibration.AnswerRule;
import org.senoscope.evaluate.metrics.OperatingPoint;

/**
 * What was fitted for the answers of one task, on cases that the network has not seen.
 *
 * @param rule how they are calibrated and limited
 * @param points thresholds on the calibrated probabilities, frozen
 */
record Answering(AnswerRule rule, List<OperatingPoint> points) {
  Answering {
    points = List.copyOf(points);
  }
}
