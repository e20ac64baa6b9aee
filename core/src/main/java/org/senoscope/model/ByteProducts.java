package org.senoscope.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/**
 * Whether the processor sums products of 8 bits in 32 (VNNI; Arm's dot products). One of the x86
 * family without adds two of them in 16 bits first, which overflows.
 */
final class ByteProducts {
  private static final Path LINUX = Path.of("/proc/cpuinfo");
  private static final Set<String> IN_32_BITS = Set.of("avx512_vnni", "avx_vnni");

  /** Read once: a process keeps its processor. */
  static final boolean MAY_OVERFLOW = mayOverflow();

  private ByteProducts() {}

  private static boolean mayOverflow() {
    String family = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    if (!family.equals("amd64") && !family.startsWith("x86")) {
      return false;
    }
    try {
      return mayOverflow(Files.readString(LINUX));
    } catch (IOException e) {
      return true; // nothing tells, and the exact way is right everywhere
    }
  }

  /**
   * Whether one of the processors may.
   *
   * @param text as Linux tells of x86 processors, a line {@code flags} for each
   */
  static boolean mayOverflow(String text) {
    var flags = text.lines().filter(line -> line.startsWith("flags")).toList();
    return flags.isEmpty()
        || !flags.stream()
            .allMatch(
                line ->
                    Arrays.stream(line.substring(line.indexOf(':') + 1).split(" ", -1))
                        .anyMatch(IN_32_BITS::contains));
  }
}
