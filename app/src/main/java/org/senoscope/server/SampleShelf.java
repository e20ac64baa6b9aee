package org.senoscope.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.senoscope.files.Json;
import org.senoscope.server.http.Answers;
import org.senoscope.server.http.Problem;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;

/**
 * Sample images for people to click on: one folder per label, and a line of credit in {@code
 * CREDIT.md}. The list is made once; only what is on it can be asked for.
 */
final class SampleShelf {
  private static final String CREDIT = "CREDIT.md";
  private static final Map<String, String> TYPES =
      Map.of("png", "image/png", "jpg", "image/jpeg", "jpeg", "image/jpeg");

  private final String credit;
  private final Map<String, Sample> samples;

  private record Sample(Path file, String label, String type) {}

  private SampleShelf(String credit, Map<String, Sample> samples) {
    this.credit = credit;
    this.samples = Collections.unmodifiableMap(samples);
  }

  /**
   * Lists a folder of samples.
   *
   * @param folder of one folder per label; empty for no samples
   */
  static SampleShelf open(Optional<Path> folder) throws IOException {
    if (folder.isEmpty()) {
      return new SampleShelf("", Map.of());
    }
    if (!Files.isDirectory(folder.get())) {
      throw new InputException(
          "No samples at %s: name a folder with one folder per label".formatted(folder.get()));
    }
    Path credit = folder.get().resolve(CREDIT);
    Map<String, List<Path>> byLabel = new TreeMap<>();
    for (Path label : entries(folder.get())) {
      if (Files.isDirectory(label)) {
        byLabel.put(String.valueOf(label.getFileName()), entries(label));
      }
    }
    Map<String, Sample> samples = new LinkedHashMap<>();
    for (String label : Task.order(Task.PATHOLOGY, byLabel.keySet())) {
      for (Path file : byLabel.getOrDefault(label, List.of())) {
        String name = String.valueOf(file.getFileName());
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        String type = TYPES.get(ending);
        if (type != null) {
          samples.put(label + "/" + name, new Sample(file, label, type));
        }
      }
    }
    return new SampleShelf(Files.exists(credit) ? Files.readString(credit).strip() : "", samples);
  }

  /** {@code GET /api/v1/samples}. */
  void list(Context context) {
    ObjectNode json = Json.object("samples").put("credit", credit);
    ArrayNode list = json.putArray("samples");
    samples.forEach(
        (path, sample) ->
            list.addObject()
                .put("name", String.valueOf(sample.file().getFileName()))
                .put("label", sample.label())
                .put("image", "/api/v1/samples/" + path));
    Answers.json(context, 200, json);
  }

  /** {@code GET /api/v1/samples/LABEL/NAME}. */
  void show(Context context) throws IOException {
    Sample sample = samples.get(context.pathParam("label") + "/" + context.pathParam("name"));
    if (sample == null) {
      throw Problem.NOT_FOUND.because("No such sample; see /api/v1/samples");
    }
    context.header("Cache-Control", "private, max-age=3600");
    context.contentType(sample.type()).result(Files.readAllBytes(sample.file()));
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }
}
