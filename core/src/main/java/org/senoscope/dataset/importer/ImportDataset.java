package org.senoscope.dataset.importer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Json;
import org.senoscope.provenance.Provenance;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/**
 * Makes a data set's folder from what an importer lists. Each image is read once: hashed, decoded
 * whole (so that damage is found now and not in training), and stored as the very bytes that were
 * hashed. Files are copied and never linked: a source overwritten in place would change a data set
 * behind its hashes.
 *
 * <p>The folder is complete or absent, also after kill -9. It holds {@code dataset.json}, {@code
 * manifest.csv}, {@code rejected.csv} (file and reason of all that was refused), {@code images/}
 * and {@code masks/}. Memory does not grow with the pixels, only with the rows.
 */
public final class ImportDataset {
  private static final int SHOWN = 5;

  private ImportDataset() {}

  /**
   * Imports.
   *
   * @param target the new folder
   * @throws InputException when the source is not of the importer's layout, no image can be used,
   *     the target exists, or, if strict, anything was refused; nothing is left behind then
   */
  public static ImportResult run(
      Importer importer, Path target, ImportOptions options, Progress progress) throws IOException {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw exists(target);
    }
    Leftovers.remove(target);
    Made made = new Made();
    try {
      AtomicFiles.createFolder(
          target,
          folder -> {
            try (Leftovers.Claim _ = Leftovers.claim(folder)) {
              made.content = fill(folder, importer, options, progress);
            }
          });
    } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException e) {
      throw exists(target);
    }
    ImportedContent content = made.content();
    return new ImportResult(
        target,
        content.images(),
        content.patients(),
        ordered(importer.description().tasks(), content.labels()),
        content.rejected());
  }

  /** Carries the result out of the folder's maker. */
  private static final class Made {
    private @org.jspecify.annotations.Nullable ImportedContent content;

    ImportedContent content() {
      if (content == null) {
        throw new IllegalStateException("A folder that was made was also filled");
      }
      return content;
    }
  }

  private static ImportedContent fill(
      Path folder, Importer importer, ImportOptions options, Progress progress) throws IOException {
    SetDescription description = importer.description();
    ImportedContent content;
    try (DatasetWriter writer = new DatasetWriter(folder, description.tasks(), options, progress)) {
      importer.list(writer);
      content = writer.finish();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (options.strict() && !content.rejected().isEmpty()) {
      throw new InputException(
          "%d of %d files were refused: %s; mend or remove them, or import without --strict"
              .formatted(
                  content.rejected().size(),
                  content.rejected().size() + content.images(),
                  some(content.rejected())));
    }
    if (content.images() == 0) {
      throw new InputException(
          "%s holds no image that can be imported as %s%s"
              .formatted(
                  description.source(),
                  importer.name(),
                  content.rejected().isEmpty() ? "" : ": " + some(content.rejected())));
    }
    Json.write(folder.resolve("dataset.json"), describe(importer, content));
    return content;
  }

  private static ObjectNode describe(Importer importer, ImportedContent content)
      throws IOException {
    SetDescription description = importer.description();
    ObjectNode json = Json.object("dataset");
    json.put("name", description.name()).put("importer", importer.name());
    json.put("source", description.source());
    json.put("licence", description.licence()).put("citation", description.citation());
    json.set("notes", Json.tree(description.notes()));
    json.put("images", content.images()).put("patients", content.patients());
    json.put("rejected", content.rejected().size());
    json.put("manifestSha256", content.manifestSha256());
    ArrayNode tasks = json.putArray("tasks");
    ordered(description.tasks(), content.labels())
        .forEach(
            (task, counts) -> {
              ObjectNode each = tasks.addObject().put("name", task);
              each.set("labels", Json.tree(counts.keySet()));
              each.set("counts", Json.tree(counts));
            });
    json.set("provenance", Provenance.now("", content.manifestSha256(), 0).toJson());
    return json;
  }

  private static Map<String, Map<String, Long>> ordered(
      List<String> tasks, Map<String, ? extends Map<String, Long>> counts) {
    Map<String, Map<String, Long>> ordered = new LinkedHashMap<>();
    for (String task : tasks) {
      Map<String, Long> found = counts.containsKey(task) ? counts.get(task) : Map.of();
      Map<String, Long> labels = new LinkedHashMap<>();
      for (String label : Task.order(task, found.keySet())) {
        labels.put(label, found.getOrDefault(label, 0L));
      }
      ordered.put(task, labels);
    }
    return ordered;
  }

  private static String some(List<Rejection> rejected) {
    List<String> shown =
        rejected.stream()
            .limit(SHOWN)
            .map(each -> ImportResult.oneLine(each.file()) + ": " + each.reason())
            .toList();
    return String.join("; ", shown) + (rejected.size() > SHOWN ? "; …" : "");
  }

  private static InputException exists(Path target) {
    return new InputException(
        "%s exists already; choose another --out or remove it".formatted(target));
  }
}
