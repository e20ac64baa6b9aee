package org.senoscope.report.story;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.Protocol;
import org.senoscope.evaluate.ScoredCase;
import org.senoscope.evaluate.TaskEvaluation;
import org.senoscope.explain.Heatmap;
import org.senoscope.explain.Occlusion;
import org.senoscope.explain.Overlay;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageLimits;
import org.senoscope.image.ImageRoom;
import org.senoscope.image.UnreadableImageException;
import org.senoscope.model.Bundle;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.Inference;
import org.senoscope.model.Predictor;
import org.senoscope.report.page.Picture;
import org.senoscope.study.Marks;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/**
 * The cases of the main task that a reader should see, with pictures where the images are at hand,
 * and heatmaps where the network that scored them is: out of fold, the one of the case's fold.
 *
 * @param labels of the task
 * @param worst most wrong first
 * @param unsure most unsure first
 */
public record CasePictures(List<String> labels, List<Seen> worst, List<Seen> unsure) {
  /** No cases. */
  public static final CasePictures NONE = new CasePictures(List.of(), List.of(), List.of());

  private static final int COUNT = 8;

  /** Longest side of a picture, pixels. */
  private static final int PICTURE = 224;

  /** Bytes of a pixel while an image is explained: the image and its prepared copies. */
  private static final int EXPLAINING = 16;

  /**
   * One case.
   *
   * @param scored what was said of it
   * @param image made small; empty where it is not at hand
   * @param heatmap of the label given, over the image; empty where no network is at hand, or the
   *     one at hand gives another label
   */
  public record Seen(ScoredCase scored, Optional<Picture> image, Optional<Picture> heatmap) {}

  public CasePictures {
    labels = List.copyOf(labels);
    worst = List.copyOf(worst);
    unsure = List.copyOf(unsure);
  }

  /** The cases without pictures, where no data set is at hand. */
  public static CasePictures named(Evaluation evaluation) {
    TaskEvaluation task = evaluation.first();
    return new CasePictures(
        task.task().labels(),
        plain(CaseSelection.worst(task.cases(), COUNT)),
        plain(CaseSelection.unsure(task.cases(), COUNT)));
  }

  private static List<Seen> plain(List<ScoredCase> cases) {
    return cases.stream()
        .map(scored -> new Seen(scored, Optional.empty(), Optional.empty()))
        .toList();
  }

  /**
   * Makes the pictures. An image that cannot be read has none; the others are made.
   *
   * @param model the bundle or run that was evaluated; empty for predictions from a file
   */
  public static CasePictures of(
      Evaluation evaluation, Dataset dataset, Optional<Path> model, Progress progress)
      throws IOException {
    TaskEvaluation task = evaluation.first();
    List<ScoredCase> worst = CaseSelection.worst(task.cases(), COUNT);
    List<ScoredCase> unsure = CaseSelection.unsure(task.cases(), COUNT);
    Map<String, ManifestRow> rows = new HashMap<>();
    dataset.rows().forEach(row -> rows.put(row.image(), row));
    // By the bundle that scored them, so that each is loaded once.
    Map<String, List<ScoredCase>> byBundle = new TreeMap<>();
    Map<String, Seen> seen = new LinkedHashMap<>();
    for (List<ScoredCase> cases : List.of(worst, unsure)) {
      for (ScoredCase scored : cases) {
        if (seen.put(scored.image(), new Seen(scored, Optional.empty(), Optional.empty()))
            == null) {
          String bundle = model.map(path -> bundle(path, evaluation, scored).toString()).orElse("");
          byBundle.computeIfAbsent(bundle, key -> new ArrayList<>()).add(scored);
        }
      }
    }
    ImageRoom room = ImageRoom.inHeap(ImageLimits.DEFAULT, EXPLAINING);
    try (Progress.Stage stage = progress.stage("picturing cases", seen.size())) {
      for (Map.Entry<String, List<ScoredCase>> each : byBundle.entrySet()) {
        Path bundle = Path.of(each.getKey());
        boolean there = !each.getKey().isEmpty() && Files.exists(bundle);
        Optional<Predictor> predictor =
            there
                ? Optional.of(
                    Predictor.open(
                        Bundle.open(bundle), Runtime.getRuntime().availableProcessors(), 1))
                : Optional.empty();
        try {
          for (ScoredCase scored : each.getValue()) {
            ManifestRow row = rows.get(scored.image());
            if (row != null) {
              seen.put(scored.image(), seen(scored, row, task, dataset, predictor, room));
            }
            stage.advance();
          }
        } finally {
          predictor.ifPresent(Predictor::close);
        }
      }
    }
    return new CasePictures(task.task().labels(), pick(worst, seen), pick(unsure, seen));
  }

  private static List<Seen> pick(List<ScoredCase> cases, Map<String, Seen> seen) {
    return cases.stream()
        .map(
            scored ->
                seen.getOrDefault(
                    scored.image(), new Seen(scored, Optional.empty(), Optional.empty())))
        .toList();
  }

  /** Where the bundle lies that scored a case. */
  private static Path bundle(Path model, Evaluation evaluation, ScoredCase scored) {
    return evaluation.protocol().kind() == Protocol.Kind.CROSS_VALIDATION
        ? model.resolve(scored.part()).resolve(Bundle.IN_RUN)
        : model;
  }

  private static Seen seen(
      ScoredCase scored,
      ManifestRow row,
      TaskEvaluation task,
      Dataset dataset,
      Optional<Predictor> predictor,
      ImageRoom room)
      throws IOException {
    try (ImageRoom.Held held = room.read(dataset.resolve(scored.image()))) {
      GreyImage image = held.image();
      GreyImage small = Picture.shrunk(image, PICTURE);
      Optional<Picture> heatmap =
          predictor.isPresent()
              ? heatmap(predictor.get(), image, small, Marks.of(row.roi()), scored, task)
              : Optional.empty();
      return new Seen(scored, Optional.of(Picture.of(small, PICTURE)), heatmap);
    } catch (UnreadableImageException | NoSuchFileException e) {
      return new Seen(scored, Optional.empty(), Optional.empty());
    }
  }

  private static Optional<Picture> heatmap(
      Predictor predictor,
      GreyImage image,
      GreyImage small,
      Marks marks,
      ScoredCase scored,
      TaskEvaluation task)
      throws IOException {
    BundleDescription bundle = predictor.bundle().description();
    String label = task.task().labels().get(scored.top());
    if (!bundle.task().equals(task.task())) {
      return Optional.empty();
    }
    try {
      Inference inference = predictor.infer(image, marks);
      if (!predictor.answer("", inference).label().equals(Optional.of(label))) {
        return Optional.empty();
      }
      Heatmap map =
          Heatmap.of(
              bundle,
              Occlusion.withMaps(predictor, image, marks, inference),
              task.task().name(),
              label,
              small.height(),
              small.width());
      return Optional.of(Picture.ofPng(Overlay.over(small, map)));
    } catch (InputException e) {
      return Optional.empty(); // such as a mark outside the image: the case is shown without
    }
  }
}
