package org.senoscope.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.senoscope.dataset.Dataset;
import org.senoscope.evaluate.EvaluateModel;
import org.senoscope.evaluate.EvaluatePredictions;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.image.PerceptualHash;
import org.senoscope.model.Variant;
import org.senoscope.report.EvaluationReport;
import org.senoscope.report.EvaluationText;
import org.senoscope.report.story.Background;
import org.senoscope.work.InputException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code evaluate}: metrics with intervals and the protocol that they came from. */
@Command(
    name = "evaluate",
    description = {
      "Score a model on a part of a data set: metrics with 95%% intervals and their protocol.",
      "A look at a test part is counted in the data set's ledger. Images that the model was"
          + " trained on are found, and the numbers are then not called a test result."
    },
    mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "BUNDLE|RUN",
      description = "A bundle, or the run of a training (with folds: its predictions out of fold).")
  private @Nullable Path model;

  @Option(names = "--data", paramLabel = "DATASET", description = "The data set's folder.")
  private @Nullable Path data;

  @Option(
      names = "--split",
      paramLabel = "PART",
      description =
          "The part to score: test (default), validation, train, foldN, or all (default without a"
              + " split).")
  private @Nullable String part;

  @Option(
      names = "--predictions",
      paramLabel = "FILE",
      description =
          "Score predictions from a CSV file (image,truth,score_<label>…) in place of a model.")
  private @Nullable Path predictions;

  @Option(
      names = "--out",
      paramLabel = "REPORT",
      description = "Write evaluation.json, predictions.csv and report.html to this new folder.")
  private @Nullable Path out;

  @Option(
      names = "--prevalence",
      paramLabel = "SHARE",
      description =
          "Predictive values where the positive label is as frequent as this, such as 0.006 in"
              + " screening.")
  private @Nullable Double prevalence;

  @Option(
      names = "--int8",
      description = "By the bundle's network in 8 bits, where it carries one (export --bundle).")
  private boolean int8;

  @Mixin private Output output;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (prevalence != null && !(prevalence > 0 && prevalence < 1)) {
      // Before anything is scored: a look at a test part cannot be taken back.
      throw new InputException(
          "--prevalence must be above 0 and below 1, such as 0.006, was " + prevalence);
    }
    if (out != null) {
      EvaluationReport.requireFree(out);
    }
    Evaluation scored = evaluate();
    Evaluation evaluation = prevalence == null ? scored : scored.atPrevalence(prevalence);
    if (out != null) {
      EvaluationReport.write(
          out,
          evaluation,
          Background.of(
              evaluation,
              Optional.ofNullable(model),
              data == null ? Optional.empty() : Optional.of(Dataset.open(data)),
              Words.of(spec),
              output.progress()));
    }
    output.result(
        evaluation.toJson(),
        EvaluationText.of(evaluation)
            + (out == null ? "" : "Report: " + out.resolve("report.html") + "\n"));
    return 0;
  }

  private Evaluation evaluate() throws IOException {
    if (predictions != null && model == null && part == null) {
      return EvaluatePredictions.run(
          predictions, data == null ? Optional.empty() : Optional.of(Dataset.open(data)));
    }
    if (predictions != null || model == null || data == null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "Name a bundle or run and its --data, or --predictions alone (with --data for groups)");
    }
    return new EvaluateModel(PerceptualHash::of)
        .run(
            model,
            Variant.int8If(int8),
            Dataset.open(data),
            Optional.ofNullable(part),
            output.progress());
  }
}
