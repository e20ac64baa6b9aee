package org.senoscope.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.senoscope.dataset.Dataset;
import org.senoscope.explain.MapSource;
import org.senoscope.explain.faithfulness.ScoreHeatmaps;
import org.senoscope.image.PerceptualHash;
import org.senoscope.report.ExplanationReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code explain}: whether heatmaps point at the lesions, and whether answers rest on them. */
@Command(
    name = "explain",
    description = {
      "Score a model's heatmaps against the lesion masks of a data set, beside chance.",
      "Of a run with folds each image is explained by the network that has not seen it. Images"
          + " that the model was trained on are found, and the figures are then not called a test"
          + " result."
    },
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "BUNDLE|RUN",
      description = "A bundle, or the run of a training (with folds: each image out of fold).")
  private Path model;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DATASET",
      description = "The data set's folder; it has lesion masks.")
  private Path data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Write explanation.json and explanation.html there. Default: into the run, where evaluate"
              + " finds them; nowhere for a bundle, or a data set that the run has not predicted.")
  private @Nullable Path out;

  @Option(
      names = "--maps",
      paramLabel = "SOURCE",
      description =
          "How maps are made: gradients, class_maps or occlusion. Default: as users are shown them,"
              + " by the first of these that suits the network.")
  private @Nullable MapSource maps;

  @Option(
      names = "--sample",
      paramLabel = "N",
      defaultValue = "100",
      description =
          "Images with deletion and insertion curves; by occlusion, images in all"
              + " (default: ${DEFAULT-VALUE}).")
  private int sample;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of the sample and of the random weights (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    ScoreHeatmaps.Scored scored =
        new ScoreHeatmaps(Optional.ofNullable(maps), sample, seed, PerceptualHash::of)
            .run(model, Dataset.open(data), output.progress());
    Path folder = out != null ? out : scored.ofRun() ? model : null;
    if (folder != null) {
      ExplanationReport.write(folder, scored);
    }
    output.result(
        scored.explanation().toJson(),
        ExplanationReport.text(scored.explanation())
            + (folder == null ? "" : "Report: " + folder.resolve(ExplanationReport.PAGE) + "\n"));
    return 0;
  }
}
