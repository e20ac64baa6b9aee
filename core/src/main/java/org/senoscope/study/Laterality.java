package org.senoscope.study;

import java.util.Optional;

/** The breast that an image shows, from the woman's side; the names are DICOM's (0020,0062). */
public enum Laterality {
  /** Left breast. */
  L,
  /** Right breast. */
  R;

  /**
   * Reads {@code L}, {@code left}, {@code R}, {@code right} in any case; anything else is empty.
   */
  public static Optional<Laterality> of(String text) {
    return switch (text.strip().toLowerCase(java.util.Locale.ROOT)) {
      case "l", "left" -> Optional.of(L);
      case "r", "right" -> Optional.of(R);
      default -> Optional.empty();
    };
  }
}
