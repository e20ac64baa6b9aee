package org.senoscope.dataset.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.Groups;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.image.ImageLimits;
import org.senoscope.image.ImageRoom;
import org.senoscope.image.UnreadableImageException;
import org.senoscope.image.likeness.Symmetry;
import org.senoscope.image.likeness.Texture;
import org.senoscope.study.Modality;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/**
 * Audits a data set: reads every image once, finds copies, joins groups, and writes {@code
 * groups.csv} and {@code audit.json} beside the manifest. The same answer whatever the number of
 * processors.
 */
public final class AuditDataset {
  private static final String KIND = "audit";

  /** Bytes of a pixel while it is sketched: the image, and where and around what letters are. */
  private static final int SKETCHING = 9;

  private final Dataset dataset;
  private final ImageRoom room;
  private final List<ManifestRow> rows;
  private final SketchFile sketches;
  private final Map<Integer, String> unreadable = new TreeMap<>();

  private AuditDataset(
      Dataset dataset, ImageRoom room, List<ManifestRow> rows, SketchFile sketches) {
    this.dataset = dataset;
    this.room = room;
    this.rows = rows;
    this.sketches = sketches;
  }

  /**
   * Audits and writes both files, replacing those of an earlier audit.
   *
   * @throws InputException when the manifest is faulty or has no rows
   */
  public static AuditReport run(Dataset dataset, Progress progress) throws IOException {
    return run(dataset, ImageRoom.inHeap(ImageLimits.DEFAULT, SKETCHING), progress);
  }

  static AuditReport run(Dataset dataset, ImageRoom room, Progress progress) throws IOException {
    List<ManifestRow> rows = dataset.rows();
    if (rows.isEmpty()) {
      throw new InputException("%s has no rows to audit".formatted(dataset.manifestFile()));
    }
    try (SketchFile sketches = SketchFile.in(dataset.root(), rows.size())) {
      return new AuditDataset(dataset, room, rows, sketches).run(progress);
    }
  }

  /** Where an audit's findings lie in a data set's folder. */
  public static Path file(Dataset dataset) {
    return dataset.root().resolve("audit.json");
  }

  /**
   * Refuses groups that no audit made, or that one made of another manifest than there is now.
   *
   * @throws InputException naming the remedy
   */
  public static void requireCurrent(Dataset dataset) throws IOException {
    Path file = file(dataset);
    if (!Files.exists(dataset.groupsFile())) {
      return;
    }
    if (!Files.exists(file)) {
      throw new InputException(
          "%s is there without %s, so nobody looked for copies; run senoscope audit, which makes both"
              .formatted(dataset.groupsFile(), file.getFileName()));
    }
    if (!Json.read(file, KIND)
        .path("manifestSha256")
        .asText()
        .equals(Hashes.sha256(dataset.manifestFile()))) {
      throw new InputException(
          "%s was made from another manifest than there is now; run senoscope audit again"
              .formatted(dataset.groupsFile()));
    }
  }

  private AuditReport run(Progress progress) throws IOException {
    String manifestSha256 = Hashes.sha256(dataset.manifestFile());
    look(progress);
    List<CopyPair> pairs = exactCopies();
    List<Optional<Sketch>> distinct = sketches.without(pairs.stream().map(CopyPair::b).toList());
    pairs.addAll(new NearDuplicates(distinct, this::texture).find(progress));
    Grouping grouping = new Grouping(rows, pairs);
    Groups groups = grouping.toGroups(unreadable);
    AuditReport report = report(manifestSha256, pairs, grouping, groups);
    groups.write(dataset.groupsFile());
    Json.write(file(dataset), report.toJson());
    return report;
  }

  private ImageRoom.Held read(int place) throws IOException {
    return room.read(dataset.resolve(rows.get(place).image()));
  }

  private Texture texture(int place, int side, int reach) throws IOException {
    try (ImageRoom.Held held = read(place)) {
      return Texture.of(held.image(), side, reach);
    }
  }

  /** Reads every image and keeps its sketch. */
  private void look(Progress progress) throws IOException {
    try (Progress.Stage stage = progress.stage("reading images", rows.size())) {
      Parallel.forEach(
          rows.size(),
          place -> {
            String fault = "";
            try (ImageRoom.Held held = read(place)) {
              sketches.put(place, Sketch.of(held.image()));
            } catch (UnreadableImageException e) {
              fault = String.valueOf(e.getMessage());
            } catch (NoSuchFileException e) {
              fault = "the file is missing";
            } catch (OutOfMemoryError e) {
              fault = String.valueOf(room.tooLarge(e).getMessage());
            }
            if (!fault.isEmpty()) {
              synchronized (unreadable) {
                unreadable.put(place, fault);
              }
            }
            stage.advance();
          });
    }
  }

  /** Images whose source bytes or pixels are those of an earlier image, each with the first. */
  private List<CopyPair> exactCopies() {
    Map<String, Integer> byBytes = new HashMap<>();
    Map<Long, Integer> byPixels = new HashMap<>();
    List<CopyPair> pairs = new ArrayList<>();
    for (int place = 0; place < rows.size(); place++) {
      String sha256 = rows.get(place).sha256();
      Integer same = sha256.isEmpty() ? null : byBytes.putIfAbsent(sha256, place);
      Optional<Sketch> sketch = sketches.get(place);
      if (sketch.isPresent()) {
        Integer alike = byPixels.putIfAbsent(sketch.get().pixels(), place);
        same = same == null ? alike : same;
      }
      if (same != null) {
        pairs.add(new CopyPair(same, place, CopyPair.Kind.EXACT, Symmetry.IDENTITY, 1));
      }
    }
    return pairs;
  }

  private AuditReport report(
      String manifestSha256, List<CopyPair> pairs, Grouping grouping, Groups groups) {
    Findings findings = new Findings(rows, pairs, grouping);
    int exact = (int) pairs.stream().filter(p -> p.kind() == CopyPair.Kind.EXACT).count();
    AuditReport.Counts counts =
        new AuditReport.Counts(
            rows.size(),
            findings.patients(),
            groups.count(),
            exact,
            pairs.size() - exact,
            findings.patientsWithSeveralLabels(),
            findings.patientsAcrossParts(),
            findings.imagesWithOtherPatients(),
            findings.largestGroupPatients(),
            findings.largestGroupImages());
    List<String> inverted = new ArrayList<>();
    List<String> text = new ArrayList<>();
    List<String> masks = new ArrayList<>();
    for (int place = 0; place < rows.size(); place++) {
      ManifestRow row = rows.get(place);
      Optional<Sketch> sketch = sketches.get(place);
      // A bright frame means nothing in ultrasound.
      if (sketch.filter(Sketch::isInverted).isPresent()
          && row.modality().filter(Modality.US::equals).isEmpty()) {
        inverted.add(row.image());
      }
      if (sketch.filter(Sketch::hasText).isPresent()) {
        text.add(row.image());
      }
      if (sketch.filter(Sketch::isMask).isPresent() && row.excluded().isEmpty()) {
        masks.add(row.image());
      }
    }
    return new AuditReport(
        manifestSha256,
        counts,
        pairs.stream().map(this::named).toList(),
        findings.labelConflicts(),
        inverted,
        text,
        masks,
        unreadable.entrySet().stream()
            .map(
                entry ->
                    new AuditReport.Unreadable(rows.get(entry.getKey()).image(), entry.getValue()))
            .toList(),
        findings.warnings(masks));
  }

  private AuditReport.Copies named(CopyPair pair) {
    return new AuditReport.Copies(
        rows.get(pair.a()).image(),
        rows.get(pair.b()).image(),
        pair.kind() == CopyPair.Kind.EXACT ? "exact" : "near",
        pair.way().mirrored(),
        pair.way().quarterTurns() != 0,
        Math.round(pair.correlation() * 1000) / 1000.0);
  }
}
