package org.senoscope.study;

import java.util.Optional;

/** The projection of a mammogram. ML is a projection of its own and never a short form of MLO. */
public enum View {
  /** Cranio-caudal. */
  CC,
  /** Medio-lateral oblique. */
  MLO,
  /** Medio-lateral. */
  ML,
  /** Latero-medial. */
  LM;

  /** Reads the name in any case; anything else is empty. */
  public static Optional<View> of(String text) {
    String name = text.strip().toUpperCase(java.util.Locale.ROOT);
    for (View view : values()) {
      if (view.name().equals(name)) {
        return Optional.of(view);
      }
    }
    return Optional.empty();
  }
}
