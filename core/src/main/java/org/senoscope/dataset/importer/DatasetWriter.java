package org.senoscope.dataset.importer;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.senoscope.dataset.Manifest;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.work.InOrder;
import org.senoscope.work.Progress;

/**
 * Takes candidates, has them read and stored on all cores, and writes their rows in the order they
 * came. For one thread.
 */
final class DatasetWriter implements Importer.Sink, AutoCloseable {
  private final Path folder;
  private final ImageStore store;
  private final StoredNames names = new StoredNames();
  private final InOrder<ImageStore.Stored> work;
  private final DigestOutputStream manifestBytes;
  private final Manifest.Output manifest;
  private final Progress progress;
  private Progress.@Nullable Stage stage;

  private final Map<String, TreeMap<String, Long>> labels = new HashMap<>();
  private final Set<String> patients = new HashSet<>();
  private final List<Rejection> rejected = new ArrayList<>();
  private long images;

  DatasetWriter(Path folder, List<String> tasks, ImportOptions options, Progress progress)
      throws IOException {
    this.folder = folder;
    this.progress = progress;
    this.store = new ImageStore(folder, options.limits());
    this.manifestBytes =
        new DigestOutputStream(
            Files.newOutputStream(folder.resolve("manifest.csv")), ImageStore.sha256());
    Writer text =
        new BufferedWriter(new OutputStreamWriter(manifestBytes, StandardCharsets.UTF_8), 1 << 16);
    this.manifest = new Manifest.Output(text, tasks);
    this.work = new InOrder<>(Runtime.getRuntime().availableProcessors(), this::take);
  }

  @Override
  public void expect(long total) {
    if (stage == null) {
      stage = progress.stage("importing", total);
    }
  }

  @Override
  public void accept(Candidate candidate) {
    String image = names.under("images", candidate.storeAs());
    String mask = names.under("masks", withPng(candidate.storeAs()));
    submit(() -> store.store(candidate, image, mask));
  }

  @Override
  public void reject(String file, String reason) {
    submit(() -> ImageStore.Stored.refused(file, reason));
  }

  private void submit(java.util.concurrent.Callable<ImageStore.Stored> piece) {
    try {
      work.submit(piece);
    } catch (IOException e) {
      // The data set's folder cannot be written: nothing an importer could do.
      throw new UncheckedIOException(e);
    }
  }

  private void take(ImageStore.Stored stored) {
    rejected.addAll(stored.rejected());
    stored.row().ifPresent(this::count);
    if (stage == null) {
      stage = progress.stage("importing", -1);
    }
    stage.advance();
  }

  private void count(ManifestRow row) {
    manifest.write(row);
    images++;
    if (!row.patient().isEmpty()) {
      patients.add(row.patient());
    }
    row.labels()
        .forEach(
            (task, label) ->
                labels.computeIfAbsent(task, key -> new TreeMap<>()).merge(label, 1L, Long::sum));
  }

  /** Waits for all work and writes what was refused. */
  ImportedContent finish() throws IOException {
    work.finish();
    manifest.close();
    try (CsvWriter csv = CsvWriter.builder().build(folder.resolve("rejected.csv"))) {
      csv.writeRecord("file", "reason");
      rejected.forEach(each -> csv.writeRecord(each.file(), each.reason()));
    }
    return new ImportedContent(
        images,
        patients.size(),
        labels,
        List.copyOf(rejected),
        HexFormat.of().formatHex(manifestBytes.getMessageDigest().digest()));
  }

  @Override
  public void close() throws IOException {
    work.close();
    manifestBytes.close();
    if (stage != null) {
      stage.close();
    }
  }

  private static String withPng(String path) {
    int dot = path.lastIndexOf('.');
    return (dot > path.lastIndexOf('/') + 1 ? path.substring(0, dot) : path) + ".png";
  }
}
