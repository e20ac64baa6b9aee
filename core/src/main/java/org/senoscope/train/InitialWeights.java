package org.senoscope.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.senoscope.model.Bundle;
import org.senoscope.model.Fingerprint;
import org.senoscope.work.InputException;

/**
 * Where a network's weights start: nowhere, in a file of weights that the recipe names, or in a
 * bundle.
 *
 * @param file of weights; empty for random ones
 * @param seen the images that they have learned from, where they come from a bundle: what starts
 *     from a bundle has seen what it saw
 */
record InitialWeights(Optional<Path> file, Optional<Fingerprint> seen) {
  static InitialWeights find(Recipe recipe, Optional<Path> init, List<Path> folders)
      throws IOException {
    if (init.isPresent()) {
      Bundle bundle = Bundle.open(init.get());
      return new InitialWeights(
          Optional.of(bundle.weights().file()), Optional.of(bundle.fingerprint()));
    }
    if (recipe.network().weights().isEmpty()) {
      return new InitialWeights(Optional.empty(), Optional.empty());
    }
    String name = recipe.network().weights().get();
    Path direct = Path.of(name);
    if (Files.isRegularFile(direct)) {
      if (Files.exists(direct.resolveSibling(Bundle.MODEL_JSON))) {
        throw new InputException(
            "%s lies in a bundle, whose training images would be forgotten; start from the bundle with --init"
                .formatted(direct));
      }
      return new InitialWeights(Optional.of(direct), Optional.empty());
    }
    for (Path folder : folders) {
      Path file = folder.resolve(name + ".safetensors");
      if (Files.isRegularFile(file)) {
        return new InitialWeights(Optional.of(file), Optional.empty());
      }
    }
    throw new InputException(
        "The recipe starts from weights \"%s\", which are in none of %s; docs/data.md says how to get them, or start from a bundle with --init models/ultrasound"
            .formatted(name, folders));
  }
}
