package org.senoscope.study;

import java.util.Optional;

/** How an image was made; the names are DICOM's (0008,0060). */
public enum Modality {
  /** Mammography. */
  MG,
  /** Ultrasound. */
  US;

  /** Reads the name in any case; anything else is empty. */
  public static Optional<Modality> of(String text) {
    String name = text.strip().toUpperCase(java.util.Locale.ROOT);
    for (Modality modality : values()) {
      if (modality.name().equals(name)) {
        return Optional.of(modality);
      }
    }
    return Optional.empty();
  }
}
