package org.senoscope.dataset.importer.formats;

import java.util.Optional;

/** The names that publishers give to the parts of a split, brought to train, valid and test. */
final class PublishedParts {
  private PublishedParts() {}

  /** The part of a folder or array of this name; empty when it names none. */
  static Optional<String> of(String name) {
    return switch (name.toLowerCase(java.util.Locale.ROOT)) {
      case "train", "training" -> Optional.of("train");
      case "valid", "val", "validation" -> Optional.of("valid");
      case "test", "testing" -> Optional.of("test");
      default -> Optional.empty();
    };
  }
}
