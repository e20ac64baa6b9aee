package org.senoscope.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The greatest resident memory that this process has had. */
final class PeakMemory {
  private PeakMemory() {}

  /** Bytes; 0 where the system does not tell. Source: VmHWM of Linux's /proc/self/status. */
  static long bytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
        }
      }
    } catch (IOException e) {
      return 0;
    }
    return 0;
  }
}
