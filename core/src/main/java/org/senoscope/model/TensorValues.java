package org.senoscope.model;

import java.util.Optional;

/** On which scale a caller's tensor holds an image's values. */
public enum TensorValues {
  /** Black is 0 and white 255; the bundle's mean and deviation are applied here. */
  BYTES("0..255"),
  /** As the network takes them, whatever that is: callers of a foreign model already scale so. */
  NETWORK("network");

  private final String text;

  TensorValues(String text) {
    this.text = text;
  }

  /** As it stands in files. */
  public String text() {
    return text;
  }

  /** The scale of a name in a file; empty for an unknown one. */
  static Optional<TensorValues> named(String text) {
    for (TensorValues values : values()) {
      if (values.text.equals(text)) {
        return Optional.of(values);
      }
    }
    return Optional.empty();
  }
}
