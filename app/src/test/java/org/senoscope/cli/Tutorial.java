package org.senoscope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A tutorial while its commands run: the fenced {@code sh} blocks of its document as they stand, in
 * order, by one {@code bash -e} in a folder of their own. A block that starts a server in the
 * foreground has a terminal of its own, as its reader would open one: it runs on beside the next,
 * once it has said where it is. What the blocks left running is there until this is closed.
 *
 * <p>A fenced {@code text} block after it is what it prints: each line is printed, in that order,
 * with any numbers in place of the document's, and anything in place of {@code …}.
 */
final class Tutorial implements AutoCloseable {
  private static final Pattern FENCED =
      Pattern.compile("^```(\\w+)\\R(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  /** Only what hangs takes so long; nothing is measured by it. */
  private static final long LONGEST_MINUTES = 15;

  private final Path folder;
  private final List<String> blocks;
  private final Process bash;

  private Tutorial(Path folder, List<String> blocks, Process bash) {
    this.folder = folder;
    this.blocks = blocks;
    this.bash = bash;
  }

  /**
   * Runs a document's blocks to the end of the last, and checks that each ended well and printed
   * what the document says.
   *
   * @param folder prepared as the document says
   */
  static Tutorial run(Path document, Path folder) throws IOException, InterruptedException {
    List<String> blocks = new ArrayList<>();
    List<String> printed = new ArrayList<>();
    Matcher fenced = FENCED.matcher(Files.readString(document));
    while (fenced.find()) {
      switch (fenced.group(1)) {
        case "sh" -> {
          blocks.add(fenced.group(2));
          printed.add("");
        }
        case "text" -> printed.set(printed.size() - 1, fenced.group(2));
        default -> throw new AssertionError(document + ": a block is sh or text");
      }
    }
    assertThat(blocks).as(document.toString()).isNotEmpty();
    Path script = folder.resolve("tutorial.sh");
    Files.writeString(script, script(blocks));
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-e", script.toString()).directory(folder.toFile());
    // As the launcher does for training; and small networks gain nothing by several threads.
    builder
        .environment()
        .putAll(
            Map.of(
                "OMP_NUM_THREADS", "1",
                "MALLOC_ARENA_MAX", "1",
                "MALLOC_MMAP_MAX_", "0",
                "MALLOC_TRIM_THRESHOLD_", "8589934592"));
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("bash.txt").toFile());
    Tutorial tutorial = new Tutorial(folder, blocks, builder.start());
    try {
      tutorial.awaitEnd();
      for (int i = 0; i < blocks.size(); i++) {
        tutorial.requirePrinted(i, printed.get(i));
      }
      return tutorial;
    } catch (Throwable e) {
      tutorial.close();
      throw e;
    }
  }

  /** What the first block that holds a command printed. */
  String printedBy(String command) throws IOException {
    for (int i = 0; i < blocks.size(); i++) {
      if (blocks.get(i).contains(command)) {
        return printed(i);
      }
    }
    throw new AssertionError("No block holds " + command);
  }

  private String printed(int block) throws IOException {
    return Files.readString(folder.resolve("block-%d.out".formatted(block)));
  }

  /** A file that the tutorial left. */
  Path file(String name) {
    return folder.resolve(name);
  }

  private static String script(List<String> blocks) {
    // With job control each job is a process group, so that its end is that of all within it.
    StringBuilder script =
        new StringBuilder(
            """
            set -m
            trap 'for job in $(jobs -p); do kill -- "-$job" || true; done; wait' EXIT
            """);
    for (int i = 0; i < blocks.size(); i++) {
      boolean server = isServer(blocks.get(i));
      script.append(
          "{\n%s} >block-%d.out 2>block-%d.err%s\n"
              .formatted(blocks.get(i), i, i, server ? " &" : ""));
      if (server) {
        script.append(
            "until grep -q 'Senoscope is at' block-%d.out; do kill -0 $!; sleep 0.1; done\n"
                .formatted(i));
      }
    }
    return script.append("touch finished\ncat >/dev/null\n").toString();
  }

  private static boolean isServer(String block) {
    boolean server =
        block.lines().anyMatch(line -> line.matches("\\./senoscope (serve|demo)\\b.*[^&]"));
    assertThat(server && block.lines().count() > 1)
        .as("A server in the foreground stands in a block of its own, and not in\n%s", block)
        .isFalse();
    return server;
  }

  private void awaitEnd() throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(LONGEST_MINUTES);
    while (!Files.exists(folder.resolve("finished")) && System.nanoTime() < end) {
      if (bash.waitFor(50, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    if (!Files.exists(folder.resolve("finished"))) {
      int last = blocks.size() - 1;
      while (last > 0 && !Files.exists(folder.resolve("block-%d.out".formatted(last)))) {
        last--;
      }
      throw new AssertionError(
          "This block did not end well:\n%s\n%s\n%s\n%s"
              .formatted(
                  blocks.get(last),
                  printed(last),
                  Files.readString(folder.resolve("block-%d.err".formatted(last))),
                  Files.readString(folder.resolve("bash.txt"))));
    }
  }

  private void requirePrinted(int block, String promised) throws IOException {
    if (promised.isBlank()) {
      return;
    }
    String all =
        promised
            .lines()
            .filter(line -> !line.isBlank())
            .map(Tutorial::pattern)
            .collect(Collectors.joining("$[\\s\\S]*?^"));
    assertThat(Pattern.compile("^" + all + "$", Pattern.MULTILINE).matcher(printed(block)).find())
        .as("%s printed\n%s\nand not\n%s", blocks.get(block), printed(block), promised)
        .isTrue();
  }

  private static String pattern(String line) {
    return Stream.of(line.strip().splitWithDelimiters("\\s+|\\d+|…", 0))
        .filter(part -> !part.isEmpty())
        .map(
            part ->
                part.isBlank()
                    ? "\\s+"
                    : part.equals("…") ? ".*" : part.matches("\\d+") ? "\\d+" : Pattern.quote(part))
        .collect(Collectors.joining("", "\\s*", "\\s*"));
  }

  @Override
  public void close() {
    List<ProcessHandle> left = bash.descendants().toList();
    try {
      if (Files.exists(folder.resolve("finished"))) {
        bash.getOutputStream().close(); // which the script waits for at its end
      } else {
        bash.destroy();
      }
      bash.waitFor(1, TimeUnit.MINUTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      bash.destroyForcibly();
      left.forEach(ProcessHandle::destroyForcibly);
    }
  }
}
