package org.senoscope.dataset.audit;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.Manifest;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.study.Modality;

/** A data set's folder with real files, made for a test. */
public final class DatasetFolder {
  private final Path root;
  private final List<ManifestRow> rows = new ArrayList<>();

  /** A folder that is there and empty. */
  public DatasetFolder(Path root) {
    this.root = root;
  }

  /** Adds an image with what the manifest says of it. */
  public DatasetFolder add(String name, GreyImage image, String patient, Map<String, String> labels)
      throws IOException {
    return add(name, image, patient, labels, "", "", Modality.MG);
  }

  /** Adds an image with what the manifest says of it. */
  public DatasetFolder add(
      String name,
      GreyImage image,
      String patient,
      Map<String, String> labels,
      String excluded,
      String published,
      Modality modality)
      throws IOException {
    Path file = root.resolve("images").resolve(name);
    Files.createDirectories(root.resolve("images"));
    ImageFiles.writePng(image, file);
    rows.add(
        new ManifestRow(
            "images/" + name,
            Hashes.sha256(file),
            Optional.of(modality),
            patient,
            "",
            Optional.empty(),
            Optional.empty(),
            image.width(),
            image.height(),
            labels,
            "",
            List.of(),
            excluded,
            name,
            published));
    return this;
  }

  /** Writes the manifest and opens the data set. */
  public Dataset open() throws IOException {
    TreeSet<String> tasks = new TreeSet<>();
    rows.forEach(row -> tasks.addAll(row.labels().keySet()));
    try (Writer text = Files.newBufferedWriter(root.resolve("manifest.csv"));
        Manifest.Output manifest = new Manifest.Output(text, List.copyOf(tasks))) {
      rows.forEach(manifest::write);
    }
    var json = Json.object("dataset").put("name", "made for a test");
    var array = json.putArray("tasks");
    tasks.forEach(task -> array.addObject().put("name", task));
    Json.write(root.resolve("dataset.json"), json);
    return Dataset.open(root);
  }
}
