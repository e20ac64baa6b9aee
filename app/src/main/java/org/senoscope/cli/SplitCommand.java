package org.senoscope.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.senoscope.dataset.Dataset;
import org.senoscope.split.Parts;
import org.senoscope.split.SplitDataset;
import org.senoscope.split.SplitSummary;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code senoscope split}: deals whole groups out to parts. */
@Command(
    name = "split",
    mixinStandardHelpOptions = true,
    description =
        "Split a data set by whole groups (patient, pair, copies), every part with its share of"
            + " each label; write split.json. Runs the audit where groups.csv is missing.")
final class SplitCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DATASET", description = "A data set's folder, made by import.")
  private Path folder;

  @ArgGroup private @Nullable Form form;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description = "Whose labels to share out (default: the data set's first task).")
  private Optional<String> task = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Another seed deals otherwise (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--demonstrate-leakage",
      description = {
        "Deal images one by one, whatever belongs together, to show what that does to figures.",
        "All that comes of such a split is marked as a demonstration, and is never a result."
      })
  private boolean demonstrateLeakage;

  @Mixin private Output output;

  /** Folds or hold-out, one of them. */
  private static final class Form {
    @Option(names = "--folds", paramLabel = "K", description = "K folds of equal size.")
    private @Nullable Integer folds;

    @Option(
        names = "--holdout",
        paramLabel = "RATIO",
        description = "Percentages of train/validation/test (default: 70/15/15).")
    private @Nullable String holdout;

    Parts parts() {
      return folds != null
          ? Parts.folds(folds)
          : Parts.holdout(holdout == null ? DEFAULT_RATIO : holdout);
    }
  }

  private static final String DEFAULT_RATIO = "70/15/15";

  @Override
  public Integer call() throws Exception {
    Parts parts = form == null ? Parts.holdout(DEFAULT_RATIO) : form.parts();
    Dataset dataset = Dataset.open(folder);
    SplitSummary summary =
        demonstrateLeakage
            ? SplitDataset.demonstrateLeakage(dataset, parts, task, seed)
            : SplitDataset.run(dataset, parts, task, seed, output.progress());
    output.result(summary.toJson(), summary.toText());
    return 0;
  }
}
