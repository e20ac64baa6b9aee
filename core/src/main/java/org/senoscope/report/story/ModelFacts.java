package org.senoscope.report.story;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.senoscope.model.Bundle;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.WeightsOrigin;
import org.senoscope.train.Recipe;
import org.senoscope.train.RecipeReader;
import org.senoscope.work.InputException;

/**
 * What is known of the model that was evaluated.
 *
 * @param description its {@code model.json}
 * @param initial where its weights began
 * @param trainingImages that its fingerprint names; 0 when it names none
 * @param recipe how it was trained; empty for an imported one
 */
public record ModelFacts(
    BundleDescription description,
    WeightsOrigin initial,
    int trainingImages,
    Optional<Recipe> recipe) {
  /** Reads a bundle, or a run's; empty where there is none yet. */
  static Optional<ModelFacts> read(Path model) throws IOException {
    Path bundle = Bundle.at(model);
    if (!Files.exists(bundle)) {
      return Optional.empty();
    }
    Bundle opened = Bundle.open(bundle);
    return Optional.of(
        new ModelFacts(
            opened.description(),
            WeightsOrigin.in(opened.description().provenance()),
            opened.fingerprint().size(),
            recipe(bundle)));
  }

  private static Optional<Recipe> recipe(Path bundle) throws IOException {
    Path file = bundle.resolve("recipe.yaml");
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(RecipeReader.read(file));
    } catch (InputException e) {
      return Optional.empty(); // of another version of this program
    }
  }

  /** Commit, hashes, seed and versions of the training. */
  public ObjectNode provenance() {
    return description.provenance();
  }
}
