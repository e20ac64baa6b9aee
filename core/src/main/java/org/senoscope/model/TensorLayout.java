package org.senoscope.model;

import java.util.Optional;

/** In which order a caller's tensor holds an image's values. */
public enum TensorLayout {
  /** Channel by channel, each row by row: PyTorch's. */
  NCHW,
  /** Row by row, each pixel with its channels: TensorFlow's and Keras's. */
  NHWC;

  /** The layout of a name in a file; empty for an unknown one. */
  static Optional<TensorLayout> named(String text) {
    for (TensorLayout layout : values()) {
      if (layout.name().equals(text)) {
        return Optional.of(layout);
      }
    }
    return Optional.empty();
  }
}
