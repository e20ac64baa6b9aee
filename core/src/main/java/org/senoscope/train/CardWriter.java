package org.senoscope.train;

import java.util.Map;
import java.util.Optional;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.model.BundleDescription;

/** Writes the model card that goes into a bundle as its README. */
@FunctionalInterface
public interface CardWriter {
  /**
   * What a bundle was trained on.
   *
   * @param name of the data set
   * @param credit its licence and citation in a sentence; may be empty
   * @param images how many
   * @param groups their groups
   * @param labels images by label of the main task
   */
  record Images(String name, String credit, int images, int groups, Map<String, Integer> labels) {}

  /**
   * The card as Markdown.
   *
   * @param description of the bundle
   * @param images that it was trained on
   * @param evaluation the numbers that were honestly had, if any
   */
  String card(
      Recipe recipe, BundleDescription description, Images images, Optional<Evaluation> evaluation);
}
