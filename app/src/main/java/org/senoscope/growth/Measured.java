package org.senoscope.growth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.senoscope.files.Json;
import org.senoscope.work.InputException;

/**
 * What a process took.
 *
 * @param seconds from its start to its end
 * @param processorSeconds of all cores together, its children's included; on a busy machine this
 *     tells of the work, and the seconds tell of the machine
 * @param anonymousBytes the most memory of its own: heap, stacks, what libraries allocate. Pages of
 *     files are not in it, since the system takes those back as it likes: a mapped cache of images
 *     may fill all memory that nobody else wants. Source: RssAnon of /proc/PID/status, looked at
 *     every {@value #LOOK_MILLISECONDS} ms
 * @param residentBytes the most resident memory, pages of mapped files included. Source: VmHWM
 */
record Measured(double seconds, double processorSeconds, long anonymousBytes, long residentBytes) {
  private static final int LOOK_MILLISECONDS = 10;

  /** Of these fields of /proc/self/stat, counted from 0 behind the name, the children's times. */
  private static final int CHILDREN_USER = 13;

  private static final int CHILDREN_SYSTEM = 14;

  private static final Path OWN_STAT = Path.of("/proc/self/stat");

  /** Clock ticks of a second, as the kernel's interface fixes it on this architecture. */
  private static final double TICKS = 100;

  /**
   * Runs a command to its end. One at a time: processor time is told of all children together.
   *
   * @param log takes what it prints
   * @param environment settings added to this process' own
   * @throws IOException naming the log when it fails
   */
  static Measured run(List<String> command, java.util.Map<String, String> environment, Path log)
      throws IOException {
    if (!Files.isReadable(OWN_STAT)) {
      throw new InputException(
          "bench scale reads memory and processor time from /proc, and there is none: run it on Linux");
    }
    double before = childrensSeconds();
    long begun = System.nanoTime();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.environment().putAll(environment);
    Process process = builder.start();
    long anonymous = 0;
    long resident = 0;
    try {
      Path status = Path.of("/proc", Long.toString(process.pid()), "status");
      do {
        long[] now = memory(status);
        anonymous = Math.max(anonymous, now[0]);
        resident = Math.max(resident, now[1]);
      } while (!process.waitFor(LOOK_MILLISECONDS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted");
    } finally {
      process.destroy();
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    if (process.exitValue() != 0) {
      throw new IOException(
          "%s ended with code %d: %s (all of it: %s)"
              .formatted(String.join(" ", command), process.exitValue(), lastLine(log), log));
    }
    return new Measured(seconds, childrensSeconds() - before, anonymous, resident);
  }

  private static String lastLine(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return lines.isEmpty() ? "" : lines.getLast();
  }

  /** RssAnon and VmHWM, bytes; 0 once the process is gone. */
  private static long[] memory(Path status) {
    long[] found = new long[2];
    try {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("RssAnon:")) {
          found[0] = kilobytes(line);
        } else if (line.startsWith("VmHWM:")) {
          found[1] = kilobytes(line);
        }
      }
    } catch (IOException gone) {
      return new long[2];
    }
    return found;
  }

  private static long kilobytes(String line) {
    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
  }

  /** Processor time of this process' children that have ended. */
  private static double childrensSeconds() throws IOException {
    String stat = Files.readString(OWN_STAT);
    // The program's name, in brackets, may hold blanks.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[CHILDREN_USER]) + Long.parseLong(fields[CHILDREN_SYSTEM]))
        / TICKS;
  }

  ObjectNode toJson() {
    return Json.object()
        .put("seconds", seconds)
        .put("processorSeconds", processorSeconds)
        .put("anonymousBytes", anonymousBytes)
        .put("residentBytes", residentBytes);
  }

  static Measured of(JsonNode json) {
    return new Measured(
        json.path("seconds").asDouble(),
        json.path("processorSeconds").asDouble(),
        json.path("anonymousBytes").asLong(),
        json.path("residentBytes").asLong());
  }
}
