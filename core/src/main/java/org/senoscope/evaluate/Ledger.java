package org.senoscope.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.senoscope.dataset.Dataset;
import org.senoscope.files.Json;
import org.senoscope.work.InputException;

/**
 * {@code ledger.jsonl} in a data set's folder: one line for each look at a test part, only ever
 * appended to, and forced to the disk before the look. A model chosen after many looks at a test
 * part has been fitted to it; the count lets a reader judge. Looks are counted by the part's name
 * whatever the split, so that splitting anew does not start the count anew.
 */
final class Ledger {
  private final Path file;

  Ledger(Dataset dataset) {
    this.file = dataset.root().resolve("ledger.jsonl");
  }

  /**
   * Writes a look down.
   *
   * @param part the part that is looked at
   * @param model what is evaluated
   * @param manifestSha256 of the data set's manifest
   * @param splitSha256 of {@code split.json}; empty without one
   * @param images how many are scored
   * @return how many looks at this part there have been, this one included
   * @throws InputException when the data set's folder cannot be written
   */
  int look(
      String part, Evaluation.Model model, String manifestSha256, String splitSha256, int images)
      throws IOException {
    ObjectNode line =
        Json.object("look")
            .put("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
            .put("part", part)
            .put("images", images)
            .put("manifestSha256", manifestSha256)
            .put("splitSha256", splitSha256);
    line.putObject("model")
        .put("name", model.name())
        .put("version", model.version())
        .put("sha256", model.sha256());
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      // Against another evaluation of the same data set; released with the channel.
      channel.lock();
      String before = read(channel);
      int looks = count(before, part);
      // A line torn by a crash must not swallow this one.
      String start = before.isEmpty() || before.endsWith("\n") ? "" : "\n";
      ByteBuffer bytes =
          ByteBuffer.wrap((start + Json.formatLine(line) + "\n").getBytes(StandardCharsets.UTF_8));
      long end = channel.size();
      while (bytes.hasRemaining()) {
        end += channel.write(bytes, end);
      }
      channel.force(true);
      return looks + 1;
    } catch (AccessDeniedException | ReadOnlyFileSystemException e) {
      throw new InputException(
          "%s cannot be written, and a look at a test part must be; make the folder writable or"
                  .formatted(file)
              + " copy the data set",
          e);
    }
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
    while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
      // Read on.
    }
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
  }

  /** A look at all images was one at this part too, and so may be a line that cannot be read. */
  private int count(String lines, String part) {
    int looks = 0;
    for (String line : lines.split("\n", -1)) {
      if (!line.isBlank()) {
        String named = partOf(line);
        looks += named.isEmpty() || named.equals(part) || named.equals(Cohort.ALL) ? 1 : 0;
      }
    }
    return looks;
  }

  private String partOf(String line) {
    try {
      JsonNode look = Json.parse(line, file.toString());
      return look.path("part").asText("");
    } catch (InputException torn) {
      return "";
    }
  }
}
