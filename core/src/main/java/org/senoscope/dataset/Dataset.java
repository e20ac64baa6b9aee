package org.senoscope.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.senoscope.files.Json;
import org.senoscope.work.InputException;

/**
 * A data set's folder: {@code dataset.json}, {@code manifest.csv}, {@code images/}, and what later
 * steps put beside them ({@code groups.csv}, {@code audit.json}, {@code split.json}, {@code
 * ledger.jsonl}). Nobody changes the manifest after import.
 *
 * @param root the folder
 * @param name from {@code dataset.json}
 */
public record Dataset(Path root, String name) {
  /** The importer of data sets that were joined. */
  public static final String JOIN = "join";

  /**
   * Opens a data set's folder.
   *
   * @throws InputException when the folder is not a data set
   */
  public static Dataset open(Path root) throws IOException {
    Path file = root.resolve("dataset.json");
    if (!Files.isRegularFile(file)) {
      throw new InputException(
          "%s is not a data set: it has no dataset.json; make one with senoscope import"
              .formatted(root));
    }
    JsonNode description = Json.read(file, "dataset");
    Dataset dataset =
        new Dataset(root, description.path("name").asText(String.valueOf(root.getFileName())));
    if (!Files.isRegularFile(dataset.manifestFile())) {
      throw new InputException(
          "%s is not a whole data set: it has no manifest.csv; import it again".formatted(root));
    }
    return dataset;
  }

  /** {@code manifest.csv}. */
  public Path manifestFile() {
    return root.resolve("manifest.csv");
  }

  /** {@code groups.csv}, written by the audit. */
  public Path groupsFile() {
    return root.resolve("groups.csv");
  }

  /** {@code split.json}. */
  public Path splitFile() {
    return root.resolve("split.json");
  }

  /** Where an image (or mask) of the manifest lies. */
  public Path resolve(String image) {
    return root.resolve(image);
  }

  /**
   * Which of the data sets that were joined each image comes from: the outermost folder of its
   * source. Of a data set that was not joined all images come from one, which is empty here.
   */
  public List<String> setsOf(List<ManifestRow> rows) throws IOException {
    boolean joined =
        Json.read(root.resolve("dataset.json"), "dataset").path("importer").asText().equals(JOIN);
    return rows.stream().map(row -> joined ? row.outermostFolder().orElse("") : "").toList();
  }

  /** All rows, in the manifest's order. A row is about half a kilobyte. */
  public List<ManifestRow> rows() throws IOException {
    return Manifest.read(manifestFile());
  }
}
