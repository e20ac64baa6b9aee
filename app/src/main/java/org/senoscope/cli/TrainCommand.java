package org.senoscope.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.importer.ImportDataset;
import org.senoscope.dataset.importer.ImportOptions;
import org.senoscope.dataset.importer.formats.Importers;
import org.senoscope.evaluate.EvaluateModel;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.files.AtomicFiles;
import org.senoscope.image.PerceptualHash;
import org.senoscope.model.BundleDescription;
import org.senoscope.report.EvaluationReport;
import org.senoscope.report.ModelCard;
import org.senoscope.report.story.Background;
import org.senoscope.server.SenoscopeServer;
import org.senoscope.server.ServerSettings;
import org.senoscope.split.Split;
import org.senoscope.study.Modality;
import org.senoscope.study.Task;
import org.senoscope.train.CardWriter;
import org.senoscope.train.DefaultRecipe;
import org.senoscope.train.Recipe;
import org.senoscope.train.RecipeImages;
import org.senoscope.train.RecipeReader;
import org.senoscope.train.RunProgress;
import org.senoscope.train.TrainReport;
import org.senoscope.train.TrainRun;
import org.senoscope.work.InputException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code senoscope train RECIPE --data DATASET --out RUN}. */
@Command(
    name = "train",
    description = "Train a recipe on a data set; a run that was stopped goes on with --resume.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A data set that is not split yet is split by the recipe's rule; one without groups is",
      "audited first. With folds, each is predicted by a network that never saw it, and the",
      "final bundle is trained on all, or is the mean of these networks (the recipe's",
      "training.final).",
      "",
      "  senoscope train recipes/ultrasound.yaml --data data/busi --out runs/ultrasound",
      "  senoscope train recipes/breastmnist.yaml"
    })
final class TrainCommand implements Callable<Integer> {
  private static final int MOST_REPEATS = 100;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "RECIPE",
      description = {
        "A recipe's file, or the name of one of those that come with Senoscope (senoscope recipes).",
        "Left out, a sensible one is made for --data, printed, and kept with the run."
      })
  private @Nullable String recipe;

  @Option(
      names = "--data",
      paramLabel = "DATASET",
      description = {
        "A data set, or a folder with one folder of images per class, which is imported to data/;",
        "left out, the recipe's own images are."
      })
  private @Nullable Path data;

  @Option(
      names = "--out",
      paramLabel = "RUN",
      description = "The run's folder; left out, runs/ and the recipe's name.")
  private @Nullable Path out;

  @Option(
      names = "--init",
      paramLabel = "BUNDLE",
      description = "Start from a bundle's (or run's) weights; what it has seen counts as seen.")
  private @Nullable Path init;

  @Option(
      names = "--modality",
      paramLabel = "MG|US",
      description = "Of class folders in --data: mammograms or ultrasound.")
  private @Nullable Modality modality;

  @Option(
      names = "--patient-pattern",
      paramLabel = "REGEX",
      description =
          "Of class folders in --data: its group, found in a file's name, is the patient.")
  private String patientPattern = "";

  @Option(names = "--resume", description = "Go on with the run in --out.")
  private boolean resume;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      description = {
        "Cross-validate N times in all, each time with other folds and seeds, to see how far the",
        "figures spread; the result stays the first's. A finished run takes more with --resume."
      })
  private int repeats = 1;

  @Option(
      names = "--demonstrate-leakage",
      description = {
        "Train on a split that was made with --demonstrate-leakage. The run, its bundle and its",
        "report are marked as a demonstration, never as a result."
      })
  private boolean demonstrateLeakage;

  @Option(
      names = "--serve",
      description = "When done, serve the model and its learning curves until Ctrl-C.")
  private boolean serve;

  @Mixin private Output output;

  @Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (serve && output.asJson()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--json prints one value, so it does not go with --serve");
    }
    if (repeats < 1 || repeats > MOST_REPEATS) {
      throw new InputException(
          "--repeats must be in 1..%d, was %d".formatted(MOST_REPEATS, repeats));
    }
    Optional<Recipe> chosen = recipe == null ? Optional.empty() : Optional.of(Home.recipe(recipe));
    String task =
        chosen
            .map(found -> found.tasks().getFirst())
            .filter(name -> Task.parts(name).size() == 1)
            .orElse("");
    Optional<Dataset> named = named(task);
    Recipe read = chosen.isPresent() ? chosen.get() : defaultRecipe(named);
    Dataset dataset =
        RecipeImages.dataset(
            read, named.map(Dataset::root), Home.folder(), Path.of("data"), output.progress());
    Path run = out == null ? Path.of("runs", read.name()) : out;
    try (SuddenEnd _ = SuddenEnd.whileWorking()) {
      TrainReport report =
          new TrainRun(TrainCommand::card, Home.weightFolders())
              .run(
                  new TrainRun.Request(
                      read,
                      dataset,
                      RecipeImages.assignments(read, dataset, output.progress()),
                      run,
                      Optional.ofNullable(init),
                      resume,
                      demonstrateLeakage,
                      RecipeImages.repeats(
                          dataset,
                          resume ? Math.max(repeats, RunProgress.crossValidations(run)) : repeats)),
                  output.progress());
      Path page = writeReport(run, dataset);
      output.result(report.toJson().put("report", page.toString()), text(report, page.toString()));
    }
    if (serve) {
      Serving.untilStopped(
          SenoscopeServer.start(
              new ServerSettings(
                      ServerSettings.LOOPBACK,
                      Serving.usualPort(),
                      run.resolve("bundle"),
                      Optional.empty())
                  .watching(run)),
          output);
    }
    return 0;
  }

  /**
   * Writes the run's report: of the predictions out of fold, of the validation part, or, where
   * nothing was held out, of what was learned from; the test part is not looked at.
   */
  private Path writeReport(Path run, Dataset dataset) throws IOException {
    Set<String> parts = Set.copyOf(Split.read(dataset).assignments().values());
    Optional<String> part = Stream.of("validation", "train").filter(parts::contains).findFirst();
    Evaluation evaluation =
        new EvaluateModel(PerceptualHash::of).run(run, dataset, part, output.progress());
    Path folder = run.resolve("training-report");
    Path next = run.resolve("training-report-next");
    AtomicFiles.deleteTree(next);
    EvaluationReport.write(
        next,
        evaluation,
        Background.of(
            evaluation, Optional.of(run), Optional.of(dataset), List.of(), output.progress()));
    AtomicFiles.deleteTree(folder); // of before the run went on; what evaluate wrote is elsewhere
    Files.move(next, folder);
    return folder.resolve("report.html");
  }

  /**
   * The data set that was named; one is imported from class folders.
   *
   * @param task that the folders' names are labels of; empty for the usual one
   */
  private Optional<Dataset> named(String task) throws IOException {
    if (data == null) {
      return Optional.empty();
    }
    if (Files.isDirectory(data) && !Files.exists(data.resolve("manifest.csv"))) {
      Path folder = data.toAbsolutePath().normalize();
      Path imported = Path.of("data").resolve(folder.getFileName());
      if (imported.toAbsolutePath().normalize().equals(folder)) {
        imported = imported.resolveSibling(folder.getFileName() + "-imported");
      }
      if (Files.exists(imported)) {
        throw new InputException(
            "%s would be imported to %s, which exists already: name that as --data if it was made of these images, else delete or rename it"
                .formatted(data, imported));
      }
      output.note("importing the class folders in %s to %s".formatted(data, imported));
      if (patientPattern.isEmpty()) {
        output.note(
            "patients are not known, so images of one person may be on both sides of the split; --patient-pattern '^(\\d+)_' reads them from the files' names");
      }
      var details =
          new Importers.Details(task, Optional.ofNullable(modality), patientPattern, List.of(), "");
      List<String> faults = Importers.faults("folders", details, option -> "--" + option);
      if (!faults.isEmpty()) {
        throw new InputException(String.join("; ", faults));
      }
      ImportDataset.run(
          Importers.of("folders", data, details),
          imported,
          ImportOptions.DEFAULT,
          output.progress());
      return Optional.of(Dataset.open(imported));
    }
    return Optional.of(Dataset.open(data));
  }

  private Recipe defaultRecipe(Optional<Dataset> dataset) throws IOException {
    if (dataset.isEmpty()) {
      throw new InputException(
          "Name a recipe, or --data with images of your own; senoscope recipes lists what there is");
    }
    // A run that goes on keeps its recipe, whatever the default is by then.
    Path before = out == null ? null : out.resolve("recipe.yaml");
    if (resume && before != null && Files.isRegularFile(before)) {
      return RecipeReader.read(before);
    }
    String text = DefaultRecipe.text(dataset.get(), Home.weightFolders());
    output.note("no recipe was named; this one is used, and kept in the run's folder:\n" + text);
    return RecipeReader.parse(text, "the default recipe");
  }

  /** The model's card. */
  static String card(
      Recipe recipe,
      BundleDescription description,
      CardWriter.Images images,
      Optional<Evaluation> evaluation) {
    return ModelCard.markdown(
        description,
        new ModelCard.TrainingSet(
            images.name(), images.credit(), images.images(), images.groups(), images.labels()),
        evaluation);
  }

  private static String text(TrainReport report, String page) {
    StringBuilder text = new StringBuilder();
    text.append("bundle: ").append(report.bundle()).append('\n');
    text.append("report: ").append(page).append('\n');
    text.append(
        String.format(
            Locale.ROOT,
            "%s, %.0f s in all, peak %d MB%n",
            report.networks() > 1
                ? "the mean of the %d folds' networks, nothing more trained"
                    .formatted(report.networks())
                : String.format(
                    Locale.ROOT,
                    "trained for %d epochs, weights of epoch %d, %.1f images/s",
                    report.epochs(),
                    report.bestEpoch(),
                    report.imagesPerSecond()),
            report.seconds(),
            report.peakRssBytes() >> 20));
    var of = report.validation().path("of");
    if (of.isTextual()) {
      var auc = report.validation().path("metrics").path("auc");
      var balanced = report.validation().path("metrics").path("balancedAccuracy");
      text.append("AUC ").append(interval(auc)).append(", balanced accuracy ");
      text.append(interval(balanced)).append('\n');
      text.append("  of: ").append(of.asText()).append('\n');
      text.append("  ").append(report.validation().path("result").asText()).append('\n');
    }
    text.append("next: senoscope serve --models ").append(report.bundle());
    text.append("\nResearch use only: not a medical device.");
    return text.toString();
  }

  private static String interval(com.fasterxml.jackson.databind.JsonNode metric) {
    return metric.isObject()
        ? String.format(
            Locale.ROOT,
            "%.3f (%.3f to %.3f)",
            metric.path("value").asDouble(),
            metric.path("low").asDouble(),
            metric.path("high").asDouble())
        : String.format(Locale.ROOT, "%.3f", metric.asDouble());
  }
}
