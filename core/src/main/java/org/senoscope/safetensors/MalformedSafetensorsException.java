package org.senoscope.safetensors;

import java.io.IOException;
import java.nio.file.Path;

/** A file that is not whole and valid safetensors; the message names the file and its fault. */
public final class MalformedSafetensorsException extends IOException {
  private static final long serialVersionUID = 1;

  MalformedSafetensorsException(Path file, String fault) {
    super("%s is not valid safetensors: %s".formatted(file, fault));
  }

  MalformedSafetensorsException(Path file, String fault, Throwable cause) {
    super("%s is not valid safetensors: %s".formatted(file, fault), cause);
  }
}
