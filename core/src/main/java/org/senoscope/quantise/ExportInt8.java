package org.senoscope.quantise;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.dataset.ReadImages;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.model.Bundle;
import org.senoscope.model.BundleWriter;
import org.senoscope.model.ExportBundle;
import org.senoscope.model.Predictor;
import org.senoscope.model.Variant;
import org.senoscope.refusal.Features;
import org.senoscope.refusal.Reference;
import org.senoscope.split.Split;
import org.senoscope.study.Marks;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/**
 * Writes a bundle's network in 8 bits, and says what it gains and costs.
 *
 * <p>Where a run with folds is named, the change of the answers is that of its folds' networks,
 * each brought to 8 bits by its own training images and asked about its own fold: of the network
 * that is written, which has seen all images, nothing could tell.
 */
public final class ExportInt8 {
  /** What is usual does not change with more. */
  private static final int MOST_LOOKED_AT = 2000;

  private final Dataset dataset;
  private final Progress progress;

  /**
   * With a data set.
   *
   * @param dataset that the bundle was trained on, or part of it
   */
  public ExportInt8(Dataset dataset, Progress progress) {
    this.dataset = dataset;
    this.progress = progress;
  }

  /**
   * Writes the file, and a bundle with it where one is asked for.
   *
   * @param named a bundle, or the run of a training
   * @param out the file, which does not exist yet
   * @param target the folder of the new bundle, which does not exist yet
   * @throws InputException when one exists, the data set holds too few training images, or the
   *     network is of a form that cannot be brought to 8 bits
   */
  public Int8Export run(Path named, Path out, Optional<Path> target) throws IOException {
    Bundle bundle = Bundle.open(named);
    ExportBundle.requireFree(out);
    if (target.isPresent()) {
      ExportBundle.requireFree(target.get());
    }
    Folds folds = folds(named);
    Quantise.Quantised made = Quantise.of(bundle, dataset, progress);
    ObjectNode origin = origin(made);
    byte[] whole = bundle.singleFileOnnx().toByteArray();
    List<Speed> speeds = Speed.measure(whole, made.onnx(), bundle.description().input(), progress);
    Path work = Files.createTempDirectory("senoscope-int8-");
    try {
      Bundle both =
          BundleWriter.withInt8(
              work.resolve("bundle"), bundle, made.onnx(), origin, Optional.empty());
      CompareAnswers answers = new CompareAnswers(dataset, progress);
      CompareAnswers.Scored scored = scored(folds, both, answers, work);
      Optional<Change> change =
          scored.protocol().isEmpty()
              ? Optional.empty()
              : Optional.of(answers.change(scored.protocol(), bundle));
      change.ifPresent(found -> origin.set("change", found.toJson()));
      // Before anything is written: where it fails, nothing is left behind.
      Optional<Reference> reference = target.isPresent() ? reference(both) : Optional.empty();
      ExportBundle.Export file =
          ExportBundle.write(out, ExportBundle.Format.ONNX_INT8, made.onnx());
      if (target.isPresent()) {
        writeBundle(target.get(), bundle, made, origin, reference, out);
      }
      return new Int8Export(file, target, whole.length, origin, speeds, change, scored.why());
    } finally {
      AtomicFiles.deleteTree(work);
    }
  }

  /** Writes the bundle; without it the file goes too, so that the same command can be repeated. */
  private static void writeBundle(
      Path target,
      Bundle bundle,
      Quantise.Quantised made,
      ObjectNode origin,
      Optional<Reference> reference,
      Path out)
      throws IOException {
    try {
      BundleWriter.withInt8(target, bundle, made.onnx(), origin, reference);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(out);
      throw e;
    }
  }

  /**
   * What the training images look like to the network in 8 bits: its features lie elsewhere than
   * those in floats, so far that true images would be refused by the float network's reference.
   * Distances are told in units of the training images' own, by which limits stay what they are.
   */
  private Optional<Reference> reference(Bundle both) throws IOException {
    if (both.description().limits().isEmpty()) {
      return Optional.empty();
    }
    List<ManifestRow> rows = TrainingImages.all(both, dataset);
    List<ManifestRow> looked = rows.subList(0, Math.min(MOST_LOOKED_AT, rows.size()));
    Features[] features = new Features[looked.size()];
    int cores = Runtime.getRuntime().availableProcessors();
    try (Predictor predictor = Predictor.open(both, Variant.INT8, 1, cores);
        Progress.Stage stage = progress.stage("what images look like in 8 bits", looked.size())) {
      var _ =
          new ReadImages(dataset, both.description().preprocessing().bytesPerPixel())
              .each(
                  looked.stream().map(ManifestRow::image).toList(),
                  stage,
                  (place, image) ->
                      features[place] = predictor.look(image, Marks.of(looked.get(place).roi())));
    }
    return Reference.fit(Stream.of(features).filter(Objects::nonNull).toList());
  }

  private CompareAnswers.Scored scored(Folds folds, Bundle both, CompareAnswers answers, Path work)
      throws IOException {
    if (folds.bundles().isEmpty()) {
      return answers.score(both, Optional.empty());
    }
    if (!folds.why().isEmpty()) {
      return new CompareAnswers.Scored("", folds.why());
    }
    for (Path fold : folds.bundles()) {
      String part = String.valueOf(fold.getFileName());
      Bundle bundle = Bundle.open(fold);
      Quantise.Quantised made = Quantise.of(bundle, dataset, progress);
      CompareAnswers.Scored scored =
          answers.score(
              BundleWriter.withInt8(
                  work.resolve(part), bundle, made.onnx(), origin(made), Optional.empty()),
              Optional.of(part));
      if (scored.protocol().isEmpty()) {
        return scored;
      }
    }
    return new CompareAnswers.Scored(
        "images out of fold of %s: each by that of %d networks, brought to 8 bits by its own training images, that had not seen it"
            .formatted(dataset.name(), folds.bundles().size()),
        "");
  }

  /**
   * A run's folds.
   *
   * @param bundles their folders; none where it has none
   * @param why they cannot be asked about this data set; empty where they can
   */
  private record Folds(List<Path> bundles, String why) {}

  /**
   * Looks for a run's folds.
   *
   * @throws InputException when the bundles of some are not there
   */
  private Folds folds(Path named) throws IOException {
    List<Path> folds = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    if (Files.exists(named.resolve("run.json"))) {
      try (Stream<Path> entries = Files.list(named)) {
        entries
            .filter(entry -> String.valueOf(entry.getFileName()).matches("fold[0-9]+"))
            .sorted()
            .forEach(
                entry -> {
                  if (Files.exists(entry.resolve(Bundle.IN_RUN))) {
                    folds.add(entry);
                  } else {
                    missing.add(String.valueOf(entry.getFileName()));
                  }
                });
      }
    }
    if (!folds.isEmpty() && !missing.isEmpty()) {
      throw new InputException(
          "The networks of %s are not in %s, and what 8 bits change is measured out of fold; name the bundle %s instead"
              .formatted(missing, named, named.resolve(Bundle.IN_RUN)));
    }
    if (folds.isEmpty()) {
      return new Folds(folds, "");
    }
    String trainedBy = Json.read(named.resolve("run.json")).path("splitSha256").asText();
    boolean same =
        Files.exists(dataset.splitFile()) && Split.read(dataset).sha256InRuns().equals(trainedBy);
    return new Folds(
        folds, same ? "" : "the run's folds are not those of the data set's split now");
  }

  private ObjectNode origin(Quantise.Quantised made) throws IOException {
    ObjectNode json =
        Json.object()
            .put("activations", "uint8, by tensor")
            .put("weights", "int8, by channel")
            .put("layers", made.layers())
            .put("ranges", made.rule().toString())
            .put("dataset", dataset.name())
            .put("manifestSha256", Hashes.sha256(dataset.manifestFile()))
            .put("images", made.images().counted().size())
            .put("unread", made.unread());
    ObjectNode tried = json.putObject("logitsOff").put("images", made.images().compared().size());
    made.off().forEach((rule, off) -> tried.put(rule.toString(), off));
    var names = json.putArray("countedOn");
    made.images().counted().forEach(row -> names.add(row.sha256().toLowerCase(Locale.ROOT)));
    return json;
  }
}
