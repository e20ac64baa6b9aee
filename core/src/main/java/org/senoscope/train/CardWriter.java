package org.senoscope.train;

import org.senoscope.model.BundleDescription;

/** Writes the model card that goes into a bundle as its README. */
@FunctionalInterface
public interface CardWriter {
  /** The card as Markdown. */
  String card(Recipe recipe, BundleDescription description);
}
