package org.senoscope.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.senoscope.model.Bundle;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.Fingerprint;
import org.senoscope.model.WeightsOrigin;
import org.senoscope.safetensors.MalformedSafetensorsException;
import org.senoscope.safetensors.SafetensorsFile;
import org.senoscope.work.InputException;

/**
 * Where a network's weights start: nowhere, in a file of weights that the recipe names, or in a
 * bundle.
 *
 * @param weights empty for random ones
 * @param seen the images that they have learned from, where they come from a bundle: what starts
 *     from a bundle has seen what it saw
 * @param origin what they are, for the run and its bundle
 */
record InitialWeights(
    Optional<SafetensorsFile> weights, Optional<Fingerprint> seen, WeightsOrigin origin) {
  /**
   * Finds them.
   *
   * @param init a bundle's folder or zip, or a run, whose bundle is taken
   * @param folders where files of weights are looked for
   */
  static InitialWeights find(Recipe recipe, Optional<Path> init, List<Path> folders)
      throws IOException {
    if (init.isPresent()) {
      Bundle bundle = Bundle.open(init.get());
      if (bundle.description().provenance().has(BundleDescription.IMPORTED)) {
        throw new InputException(
            "%s was imported from another program, whose network no recipe has: start from a bundle that was trained here"
                .formatted(init.get()));
      }
      if (bundle.description().networks() > 1) {
        throw new InputException(
            "%s is the mean of %d networks, and one network cannot start from several: start from a fold's bundle in the run that made it"
                .formatted(init.get(), bundle.description().networks()));
      }
      if (bundle.description().demonstratesLeakage()) {
        throw new InputException(
            "%s demonstrates leakage: what it has learned from is not fully known, so no result can start from it; name another bundle"
                .formatted(init.get()));
      }
      return new InitialWeights(
          Optional.of(bundle.weights()),
          Optional.of(bundle.fingerprint()),
          WeightsOrigin.of(bundle));
    }
    if (recipe.network().weights().isEmpty()) {
      return new InitialWeights(Optional.empty(), Optional.empty(), WeightsOrigin.RANDOM);
    }
    SafetensorsFile weights;
    Path file = file(recipe.network().weights().get(), folders);
    try {
      weights = SafetensorsFile.open(file);
    } catch (MalformedSafetensorsException e) {
      throw new InputException(String.valueOf(e.getMessage()), e);
    }
    return new InitialWeights(Optional.of(weights), Optional.empty(), WeightsOrigin.of(weights));
  }

  private static Path file(String name, List<Path> folders) {
    Path direct = Path.of(name);
    if (Files.isRegularFile(direct)) {
      if (Files.exists(direct.resolveSibling(Bundle.MODEL_JSON))) {
        throw new InputException(
            "%s lies in a bundle, whose training images would be forgotten; start from the bundle with --init"
                .formatted(direct));
      }
      return direct;
    }
    for (Path folder : folders) {
      Path file = folder.resolve(name + ".safetensors");
      if (Files.isRegularFile(file)) {
        return file;
      }
    }
    throw new InputException(
        "The recipe starts from weights \"%s\", which are in none of %s; docs/data.md says how to get them, or start from a bundle with --init models/ultrasound"
            .formatted(name, folders));
  }
}
