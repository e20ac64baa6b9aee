package org.senoscope.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.senoscope.dataset.Dataset;
import org.senoscope.evaluate.comparison.CompareModels;
import org.senoscope.evaluate.comparison.Comparison;
import org.senoscope.image.PerceptualHash;
import org.senoscope.report.ComparisonReport;
import org.senoscope.report.EvaluationReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code compare}: two models on the same images. */
@Command(
    name = "compare",
    description = {
      "Compare two models on the same images of a data set, paired by image.",
      "Differences with 95%% intervals: AUC by DeLong and bootstrap over groups, the others by"
          + " bootstrap; McNemar's test. No model is run: a bundle is evaluated first."
    },
    mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "A",
      description = "A run, the folder that evaluate --out wrote, or a file of predictions.")
  private Path first;

  @Parameters(index = "1", paramLabel = "B", description = "Likewise; it is subtracted from A.")
  private Path second;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DATASET",
      description = "The data set's folder: gives labels and groups.")
  private Path data;

  @Option(
      names = "--common",
      description = "Leave out images that one alone scored; an error otherwise.")
  private boolean common;

  @Option(
      names = "--out",
      paramLabel = "REPORT",
      description = "Write comparison.json and report.html to this new folder.")
  private @Nullable Path out;

  @Mixin private Output output;

  @Spec private picocli.CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (out != null) {
      EvaluationReport.requireFree(out);
    }
    Comparison comparison =
        new CompareModels(PerceptualHash::of)
            .run(first, second, Dataset.open(data), common, output.progress());
    if (out != null) {
      ComparisonReport.write(out, comparison, Words.of(spec));
    }
    output.result(
        comparison.toJson(),
        ComparisonReport.text(comparison)
            + (out == null ? "" : "Report: " + out.resolve("report.html") + "\n"));
    return 0;
  }
}
