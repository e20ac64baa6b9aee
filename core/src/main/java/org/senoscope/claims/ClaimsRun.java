package org.senoscope.claims;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.audit.AuditDataset;
import org.senoscope.evaluate.EvaluateModel;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.files.AtomicFiles;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.image.PerceptualHash;
import org.senoscope.split.Parts;
import org.senoscope.split.SplitDataset;
import org.senoscope.train.LeakyCopies;
import org.senoscope.train.LearningCurves;
import org.senoscope.train.Recipe;
import org.senoscope.train.RecipeImages;
import org.senoscope.train.RecipeReader;
import org.senoscope.train.TrainRun;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/**
 * Runs a claim both ways: as it should be done, on grouped folds, and as it was published. What is
 * done is kept in the output folder and not done again; a run that was stopped goes on.
 */
public final class ClaimsRun {
  private static final int FOLDS = 5;
  private static final long SEED = 1;
  private static final String RESULT = "claim.json";

  private final TrainRun trainer;
  private final Recipes recipes;
  private final Path data;
  private final Path out;
  private final Progress progress;

  /** Where recipes are found. */
  @FunctionalInterface
  public interface Recipes {
    /** The recipe of a name. */
    Recipe named(String name) throws IOException;
  }

  /**
   * Runs claims.
   *
   * @param data the folder of the data sets, each under the name that the claim gives
   * @param out where runs and results are kept
   */
  public ClaimsRun(TrainRun trainer, Recipes recipes, Path data, Path out, Progress progress) {
    this.trainer = trainer;
    this.recipes = recipes;
    this.data = data;
    this.out = out;
    this.progress = progress;
  }

  /** Whether the claim's data set is there. */
  public boolean hasData(Claim claim) {
    return Files.exists(data.resolve(claim.data()).resolve("manifest.csv"));
  }

  /**
   * Runs each of the claim's honest recipes on five grouped folds.
   *
   * @throws InputException when the data set is not there
   */
  public List<ClaimResult> honest(Claim claim) throws IOException {
    List<ClaimResult> results = new ArrayList<>();
    for (String name : claim.honest()) {
      Path folder = out.resolve(claim.id()).resolve(name);
      Recipe recipe = recipes.named(name);
      String key = key(claim, recipe, "");
      if (!Files.exists(folder.resolve(RESULT))) {
        Dataset dataset = view(claim, folder.resolve("data"));
        if (!Files.exists(dataset.splitFile())) {
          SplitDataset.run(
              dataset, Parts.folds(FOLDS), Optional.of(recipe.tasks().getFirst()), SEED, progress);
        }
        Evaluation evaluation =
            trainer.outOfFold(
                request(recipe, dataset, folder.resolve("run"), false), named(claim, name));
        write(
            folder.resolve(RESULT),
            key,
            ClaimResult.of(claim, name, false, evaluation, Double.NaN));
      }
      results.addAll(read(folder.resolve(RESULT), key));
    }
    return results;
  }

  /**
   * Repeats the published way; what comes of it is marked as a demonstration of leakage.
   *
   * @throws InputException when the data set is not there
   */
  public List<ClaimResult> leaky(Claim claim) throws IOException {
    Claim.Leaky plan = claim.leaky();
    Path folder = out.resolve(claim.id()).resolve("leakage-demonstration");
    Recipe recipe = recipes.named(plan.recipe());
    String key = key(claim, changed(recipe, plan), plan.toString());
    if (!Files.exists(folder.resolve(RESULT))) {
      Files.createDirectories(folder);
      String task = recipe.tasks().getFirst();
      Dataset dataset =
          plan.copiesFirst()
              ? LeakyCopies.write(
                  source(claim),
                  recipe,
                  task,
                  new LeakyCopies.Plan(plan.originals(), plan.copies(), plan.perClass(), SEED),
                  folder.resolve("data"),
                  named(claim, "copies"))
              : view(claim, folder.resolve("data"));
      if (!Files.exists(dataset.splitFile())) {
        SplitDataset.demonstrateLeakage(dataset, Parts.holdout("80/20/0"), Optional.of(task), SEED);
      }
      Path run = folder.resolve("run");
      trainer.run(
          request(changed(recipe, plan), dataset, run, true),
          named(claim, "leakage demonstration"));
      Evaluation evaluation =
          new EvaluateModel(PerceptualHash::of)
              .run(run, dataset, Optional.of("validation"), progress);
      List<LearningCurves.Epoch> epochs = LearningCurves.read(run).epochs();
      write(
          folder.resolve(RESULT),
          key,
          ClaimResult.of(
              claim,
              plan.recipe(),
              true,
              evaluation,
              epochs.isEmpty() ? Double.NaN : epochs.getLast().trainingAccuracy()));
    }
    return read(folder.resolve(RESULT), key);
  }

  /** What earlier runs left; both ways, the honest ones first. */
  public List<ClaimResult> found(Claim claim) throws IOException {
    List<ClaimResult> results = new ArrayList<>();
    List<String> folders = new ArrayList<>(claim.honest());
    folders.add("leakage-demonstration");
    for (String name : folders) {
      Path file = out.resolve(claim.id()).resolve(name).resolve(RESULT);
      if (Files.exists(file)) {
        results.addAll(results(Json.read(file, "claim")));
      }
    }
    return results;
  }

  /**
   * The published way's recipe: the copies are prepared and augmented already, nothing is balanced
   * or augmented after the split, and the epoch is chosen on the very part that is reported.
   */
  static Recipe changed(Recipe recipe, Claim.Leaky plan) {
    ObjectNode yaml = Json.parseYaml(recipe.text(), recipe.name()).deepCopy();
    if (plan.copiesFirst()) {
      yaml.putArray("preprocessing")
          .addObject()
          .put("step", "resize")
          .put("height", recipe.input().height())
          .put("width", recipe.input().width())
          .put("fit", "stretch");
      yaml.remove("augmentation");
    }
    ObjectNode training = yaml.withObject("/training");
    training.put("epochs", plan.epochs()).put("patience", plan.epochs());
    training.remove("perClass");
    yaml.putObject("split").putArray("holdout").add(80).add(20).add(0);
    return RecipeReader.parse(Json.format(yaml), recipe.name());
  }

  private TrainRun.Request request(Recipe recipe, Dataset dataset, Path run, boolean leaky)
      throws IOException {
    return new TrainRun.Request(
        recipe,
        dataset,
        RecipeImages.assignments(recipe, dataset, progress),
        run,
        Optional.empty(),
        Files.exists(run.resolve("run.json")),
        leaky);
  }

  private Progress named(Claim claim, String what) {
    return (title, total) ->
        progress.stage("%d %s: %s".formatted(claim.number(), what, title), total);
  }

  private Dataset source(Claim claim) throws IOException {
    if (!hasData(claim)) {
      throw new InputException(
          "Claim %d needs the data set %s, which is not there; docs/data.md says how to import it"
              .formatted(claim.number(), data.resolve(claim.data())));
    }
    Dataset dataset = Dataset.open(data.resolve(claim.data()));
    if (!Files.exists(dataset.groupsFile())) {
      AuditDataset.run(dataset, progress);
    }
    return dataset;
  }

  /** The same images under a split of their own: hard links, else copies. */
  private Dataset view(Claim claim, Path target) throws IOException {
    if (!Files.exists(target)) {
      Path source = source(claim).root();
      AtomicFiles.createFolder(
          target,
          folder -> {
            for (String file :
                List.of("manifest.csv", "dataset.json", "groups.csv", "audit.json")) {
              if (Files.exists(source.resolve(file))) {
                Files.copy(source.resolve(file), folder.resolve(file));
              }
            }
            for (String images : List.of("images", "masks")) {
              if (Files.isDirectory(source.resolve(images))) {
                link(source.resolve(images), folder.resolve(images));
              }
            }
          });
    }
    return Dataset.open(target);
  }

  private static void link(Path source, Path target) throws IOException {
    try (Stream<Path> inside = Files.walk(source)) {
      for (Path each : (Iterable<Path>) inside::iterator) {
        Path to = target.resolve(source.relativize(each));
        if (Files.isDirectory(each)) {
          Files.createDirectories(to);
        } else {
          try {
            Files.createLink(to, each);
          } catch (UnsupportedOperationException | java.nio.file.FileSystemException e) {
            Files.copy(each, to);
          }
        }
      }
    }
  }

  /** What a result is of: the same recipe, on the same images, by the same plan. */
  private String key(Claim claim, Recipe recipe, String plan) throws IOException {
    return Hashes.sha256(recipe.text() + Hashes.sha256(source(claim).manifestFile()) + plan);
  }

  private static void write(Path file, String key, List<ClaimResult> results) throws IOException {
    ObjectNode json = Json.object("claim").put("key", key);
    ArrayNode list = json.putArray("results");
    results.forEach(result -> list.add(result.toJson()));
    Json.write(file, json);
  }

  private static List<ClaimResult> read(Path file, String key) throws IOException {
    JsonNode json = Json.read(file, "claim");
    if (!json.path("key").asText().equals(key)) {
      throw new InputException(
          "%s is of another recipe, data set or plan than there is now; delete that folder to run it again, or name another --out"
              .formatted(file.getParent()));
    }
    return results(json);
  }

  private static List<ClaimResult> results(JsonNode json) {
    return json.path("results").valueStream().map(ClaimResult::in).toList();
  }
}
