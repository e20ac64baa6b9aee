package org.senoscope.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.senoscope.files.Json;

/**
 * How a command ended and what it printed.
 *
 * @param code the exit code
 * @param out standard output
 * @param err standard error
 */
record Run(int code, String out, String err) {
  /** Runs a command of Senoscope in this process. */
  static Run of(String... arguments) {
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      int code = Main.execute(arguments);
      return new Run(
          code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
    }
  }

  /**
   * A process of its own for a command, so that what native libraries print is heard as well. It
   * takes this checkout for its home.
   */
  static ProcessBuilder apart(String... arguments) {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.awt.headless=true",
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-Dorg.bytedeco.javacpp.maxBytes=0",
                "-Dsenoscope.home=" + Path.of("..").toAbsolutePath().normalize(),
                "-cp",
                classPath,
                Main.class.getName()));
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line);
    // Set for the tests in this process; a user's has it from the launcher at best.
    builder.environment().remove("ORT_DISABLE_TELEMETRY");
    return builder;
  }

  /**
   * Writes a script that stands in for {@code senoscope}: it runs the classes of this build.
   *
   * @param more arguments that follow the caller's own
   */
  static void launcher(Path file, String... more) throws IOException {
    Files.writeString(
        file,
        "#!/usr/bin/env bash\nexport ORT_DISABLE_TELEMETRY=1\nexec %s \"$@\" %s\n"
            .formatted(quoted(apart().command()), quoted(List.of(more))));
    if (!file.toFile().setExecutable(true)) {
      throw new IOException(file + " cannot be made executable");
    }
  }

  private static String quoted(List<String> words) {
    return words.stream()
        .map(word -> "'" + word.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" "));
  }

  /** Runs a process to its end. */
  static Run process(ProcessBuilder builder) throws IOException, InterruptedException {
    // Files and not pipes: nobody has to read the one while the other fills.
    Path out = Files.createTempFile("out", ".txt");
    Path err = Files.createTempFile("err", ".txt");
    try {
      Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      process.getOutputStream().close();
      int code = process.waitFor();
      return new Run(code, Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** Standard output as the one JSON value that it must be. */
  JsonNode json() {
    return Json.parse(out, "standard output");
  }
}
