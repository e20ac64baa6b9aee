package org.senoscope.study;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a model said of one image.
 *
 * <p>Before a bundle has calibration and limits, the label is that of the highest score, {@code
 * calibrated} is false, and only what cannot be read is referred.
 *
 * @param file the file's name as the user gave it
 * @param label the label of the highest score; empty for an unreadable file
 * @param decision a label, or {@link #REFER}
 * @param reason why; begins with {@code uncertain:}, {@code out-of-distribution:}, {@code quality:}
 *     or {@code unreadable:} when referred, else may be empty
 * @param scores probability of each label, in the order of the task, summing to 1; empty for an
 *     unreadable file
 * @param set the labels of the conformal set; before there are limits, the label alone
 * @param calibrated whether the scores are calibrated probabilities
 * @param model name and version of the bundle
 * @param tasks the answers of each task of a bundle with several; empty for a bundle with one
 * @param outline of what the model takes for lesion; absent where it does not look for that, or
 *     where the image itself was refused
 */
public record Prediction(
    String file,
    Optional<String> label,
    String decision,
    String reason,
    Map<String, Double> scores,
    List<String> set,
    boolean calibrated,
    String model,
    Map<String, TaskAnswer> tasks,
    Optional<Outline> outline) {
  /** The decision that hands a case to a person. */
  public static final String REFER = "refer";

  /**
   * One task's answer of a bundle with several.
   *
   * @param label the label of the highest score
   * @param scores probability of each label, summing to 1
   */
  public record TaskAnswer(String label, Map<String, Double> scores) {}

  /** The answer for a file that could not be read. */
  public static Prediction unreadable(String file, String why, String model) {
    return new Prediction(
        file,
        Optional.empty(),
        REFER,
        "unreadable: " + why,
        Map.of(),
        List.of(),
        false,
        model,
        Map.of(),
        Optional.empty());
  }

  /** Whether a person must decide. */
  public boolean refers() {
    return decision.equals(REFER);
  }
}
