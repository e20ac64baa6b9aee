package org.senoscope.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.senoscope.work.InputException;

/** Where public image sets lie: {@code SENOSCOPE_DATA}, laid out as {@code docs/data.md} says. */
final class ImageSets {
  /** The setting's name in the environment. */
  static final String SETTING = "SENOSCOPE_DATA";

  private ImageSets() {}

  /**
   * The set that a person names: a path from here or, where there is none, from the folder of the
   * sets.
   *
   * @param folder what the setting says; null or blank for nothing
   * @throws InputException when there is none in either place
   */
  static Path find(Path named, @Nullable String folder) {
    if (folder == null || folder.isBlank() || named.isAbsolute() || Files.exists(named)) {
      return named; // where there is none, who reads it says what it wanted
    }
    Path inSets = Path.of(folder).resolve(named);
    if (!Files.exists(inSets)) {
      throw new InputException(
          "There is no %s, neither here nor in %s (%s); docs/data.md says where sets are to be had"
              .formatted(named, SETTING, folder));
    }
    return inSets;
  }
}
