package org.senoscope.quantise;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.dataset.ReadImages;
import org.senoscope.evaluate.ScoredCase;
import org.senoscope.evaluate.TrainingCheck;
import org.senoscope.image.GreyImage;
import org.senoscope.image.PerceptualHash;
import org.senoscope.image.likeness.Appearance;
import org.senoscope.model.Bundle;
import org.senoscope.model.Inference;
import org.senoscope.model.Predictor;
import org.senoscope.model.Variant;
import org.senoscope.split.Parts;
import org.senoscope.split.Split;
import org.senoscope.study.Marks;
import org.senoscope.study.Task;
import org.senoscope.work.Progress;

/**
 * What 8 bits change in a bundle's answers, on images of a data set that the network had not
 * learned from. Never on a part {@code test}: that is looked at by an evaluation, which counts its
 * looks.
 */
final class CompareAnswers {
  private static final String ALL = "all";

  private final Dataset dataset;
  private final Progress progress;
  private final List<ScoredCase> floats = new ArrayList<>();
  private final List<ScoredCase> integers = new ArrayList<>();
  private final Set<String> unread = new TreeSet<>();
  private boolean referring = true;

  CompareAnswers(Dataset dataset, Progress progress) {
    this.dataset = dataset;
    this.progress = progress;
  }

  /** Images to be scored, and what is to be said of them; none, and why. */
  private record Chosen(List<ManifestRow> rows, String protocol, String why) {}

  /**
   * Scores what a bundle had not seen, by both of its networks.
   *
   * @param bundle that carries both
   * @param only the part to be scored; empty for all that are not looked at once
   * @return which images these were; or why there are none
   */
  Scored score(Bundle bundle, Optional<String> only) throws IOException {
    TrainingCheck check = TrainingCheck.of(dataset, bundle);
    Chosen chosen = chosen(bundle, check, only);
    if (chosen.rows().isEmpty()) {
      return new Scored("", chosen.why());
    }
    Optional<Split> split = split();
    Task task = bundle.description().task();
    int threads = Runtime.getRuntime().availableProcessors();
    List<ManifestRow> rows = chosen.rows();
    ScoredCase[] plain = new ScoredCase[rows.size()];
    ScoredCase[] int8 = new ScoredCase[rows.size()];
    try (Predictor one = Predictor.open(bundle, Variant.FLOAT, 1, threads);
        Predictor other = Predictor.open(bundle, Variant.INT8, 1, threads)) {
      each(
          bundle,
          rows,
          "comparing answers",
          (place, image) -> {
            ManifestRow row = rows.get(place);
            Marks marks = Marks.of(row.roi());
            String part = split.flatMap(found -> found.partOf(row.image())).orElse(ALL);
            String group = check.groupOf(row.image());
            plain[place] = scored(one, task, row, group, part, image, marks);
            int8[place] = scored(other, task, row, group, part, image, marks);
          });
    }
    int before = integers.size();
    for (int place = 0; place < rows.size(); place++) {
      if (plain[place] != null && int8[place] != null) {
        floats.add(plain[place]);
        integers.add(int8[place]);
      }
    }
    referring &= bundle.description().refers();
    return integers.size() == before
        ? new Scored("", "none of its images could be read")
        : new Scored(chosen.protocol(), "");
  }

  /**
   * What was scored.
   *
   * @param protocol which images, in words; empty when there was none
   * @param why there was none
   */
  record Scored(String protocol, String why) {}

  /**
   * The change over all that was scored.
   *
   * @param written the bundle that is written, whose referrals are told only by networks that refer
   */
  Change change(String protocol, Bundle written) {
    Change change = Change.of(protocol, written.description().task(), floats, integers);
    return (referring || !written.description().refers() ? change : change.withoutReferrals())
        .without(unread.size());
  }

  private Optional<Split> split() throws IOException {
    return Files.exists(dataset.splitFile()) ? Optional.of(Split.read(dataset)) : Optional.empty();
  }

  private Chosen chosen(Bundle bundle, TrainingCheck check, Optional<String> only)
      throws IOException {
    Task task = bundle.description().task();
    Optional<Split> split = split();
    if (check.demonstratesLeakage() || bundle.description().demonstratesLeakage()) {
      return new Chosen(List.of(), "", "a demonstration of leakage has no honest figure");
    }
    if (bundle.fingerprint().size() == 0) {
      return new Chosen(List.of(), "", "nothing tells which images the network was trained on");
    }
    Map<String, ManifestRow> labelled = new LinkedHashMap<>();
    for (ManifestRow row : check.rows().values()) {
      String part = split.map(found -> found.partOf(row.image()).orElse("")).orElse(ALL);
      boolean wanted = only.map(part::equals).orElse(!part.isEmpty() && !part.equals(Parts.TEST));
      if (wanted && row.label(task.name()).filter(task.labels()::contains).isPresent()) {
        labelled.put(row.image(), row);
      }
    }
    if (check.comparesPictures()) {
      List<ManifestRow> rows = List.copyOf(labelled.values());
      each(
          bundle,
          rows,
          "comparing pictures",
          (place, image) ->
              check.compare(rows.get(place), Appearance.of(image, PerceptualHash::of)));
    }
    Set<String> seen = check.seen();
    List<ManifestRow> unseen =
        labelled.values().stream().filter(row -> !seen.contains(row.image())).toList();
    String unknown = check.unknown();
    if (!unseen.isEmpty()) {
      return new Chosen(
          unseen,
          "images of %s that the network had not seen%s"
              .formatted(dataset.name(), unknown.isEmpty() ? "" : " (" + unknown + ")"),
          "");
    }
    String trainedBy = bundle.description().provenance().path("splitSha256").asText();
    List<ManifestRow> validation =
        split.filter(found -> found.sha256InRuns().equals(trainedBy)).isPresent()
            ? labelled.values().stream()
                .filter(
                    row -> split.get().partOf(row.image()).equals(Optional.of(Parts.VALIDATION)))
                .toList()
            : List.of();
    return validation.isEmpty()
        ? new Chosen(
            List.of(),
            "",
            "the network has seen every labelled image of %s outside a part test; name the run of a training with folds, or other images"
                .formatted(dataset.name()))
        : new Chosen(
            validation,
            "the validation part of %s, which the network was not trained on, but which may have chosen its epoch, or its calibration and limits"
                .formatted(dataset.name()),
            "");
  }

  private static ScoredCase scored(
      Predictor predictor,
      Task task,
      ManifestRow row,
      String group,
      String part,
      GreyImage image,
      Marks marks) {
    Inference inference = predictor.infer(image, marks);
    return ScoredCase.of(
            row.image(),
            group,
            task.indexOf(row.label(task.name()).orElseThrow()),
            inference.probabilities(task.name()),
            part)
        .referred(predictor.answer("", inference).refers());
  }

  /** Reads images, and keeps the names of those that cannot be read. */
  private void each(Bundle bundle, List<ManifestRow> rows, String title, ReadImages.Look look) {
    try (Progress.Stage stage = progress.stage(title, rows.size())) {
      unread.addAll(
          new ReadImages(dataset, bundle.description().preprocessing().bytesPerPixel())
              .each(rows.stream().map(ManifestRow::image).toList(), stage, look)
              .keySet());
    }
  }
}
