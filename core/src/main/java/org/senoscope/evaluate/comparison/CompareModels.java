package org.senoscope.evaluate.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.senoscope.dataset.Dataset;
import org.senoscope.evaluate.EvaluateModel;
import org.senoscope.evaluate.EvaluatePredictions;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.PredictionsFile;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.model.Bundle;
import org.senoscope.provenance.Provenance;
import org.senoscope.split.Split;
import org.senoscope.study.Task;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/**
 * Reads what two models said of a data set's images and compares them. No model is run here: a
 * bundle is evaluated first, by which its look at a test part is counted, and its report is
 * compared.
 */
public final class CompareModels {
  private static final String EVALUATION = "evaluation.json";
  private final ToLongFunction<GreyImage> perceptualHash;

  /** With the hash that bundles' fingerprints were made with. */
  public CompareModels(ToLongFunction<GreyImage> perceptualHash) {
    this.perceptualHash = perceptualHash;
  }

  /**
   * Compares.
   *
   * @param first a run, the folder of an evaluation's report, or a file of predictions
   * @param second likewise
   * @param dataset whose images both scored: gives labels and groups
   * @param common whether images that one alone scored are left out; an error otherwise
   * @throws InputException when the two cannot be compared, saying how many images are common
   */
  public Comparison run(Path first, Path second, Dataset dataset, boolean common, Progress progress)
      throws IOException {
    return Comparison.of(
        read(first, dataset, progress),
        read(second, dataset, progress),
        dataset.name(),
        common,
        Files.exists(dataset.splitFile()));
  }

  private Contender read(Path given, Dataset dataset, Progress progress) throws IOException {
    if (Files.isRegularFile(given) && !given.toString().endsWith(".zip")) {
      return Contender.of(
          given.toString(),
          EvaluatePredictions.run(given, Optional.of(dataset)),
          SplitName.UNKNOWN);
    }
    Path predictions = given.resolve(PredictionsFile.NAME);
    if (Files.exists(given.resolve("run.json"))) {
      return ofRun(given, predictions, dataset, progress);
    }
    if (Files.exists(given.resolve(EVALUATION)) && Files.exists(predictions)) {
      return ofReport(given, predictions, dataset);
    }
    if (Files.exists(given.resolve(Bundle.MODEL_JSON)) || Files.isRegularFile(given)) {
      throw new InputException(
          "%s is a bundle, which has scored nothing yet; run senoscope evaluate %s --data %s --out REPORT, then compare REPORT"
              .formatted(given, given, dataset.root()));
    }
    throw new InputException(
        "%s is no run, no folder of an evaluation and no file of predictions; name what train, evaluate --out or predict --format csv wrote"
            .formatted(given));
  }

  private Contender ofRun(Path run, Path predictions, Dataset dataset, Progress progress)
      throws IOException {
    if (!Files.exists(predictions)) {
      throw new InputException(
          "%s has no predictions yet; let its training end, or evaluate its bundle and compare the report"
              .formatted(run));
    }
    JsonNode description = Json.read(run.resolve("run.json"), "run");
    SplitName split = splitOfRun(description, dataset);
    if (EvaluatePredictions.areOutOfFold(run) && Files.exists(run.resolve(Bundle.IN_RUN))) {
      return Contender.of(
          run.toString(),
          new EvaluateModel(perceptualHash).run(run, dataset, Optional.empty(), progress),
          split);
    }
    List<Task> tasks = named(description.path("tasks"));
    List<EvaluatePredictions.Scores> scores = EvaluatePredictions.in(run, tasks, dataset);
    Evaluation evaluation =
        tasks.isEmpty()
            ? EvaluatePredictions.run(predictions, Optional.of(dataset))
            : EvaluatePredictions.run(predictions, dataset, tasks.getFirst());
    Contender plain = Contender.of(run.toString(), evaluation, split);
    return new Contender(
        plain.given(),
        new Evaluation.Model(description.path("name").asText(), "", evaluation.model().sha256()),
        tasks.isEmpty() ? plain.scores() : scores,
        split,
        plain.result(),
        plain.testResult(),
        plain.demonstratesLeakage()
            || description.path(Provenance.DEMONSTRATES_LEAKAGE).asBoolean(),
        plain.sentence());
  }

  /** The tasks that a run or a report names, the main one first; they need not be guessed then. */
  private static List<Task> named(Iterable<JsonNode> tasks) {
    List<Task> named = new ArrayList<>();
    for (JsonNode each : tasks) {
      named.add(
          new Task(
              each.path("name").asText(each.path("task").asText()),
              each.path("labels").valueStream().map(JsonNode::asText).toList()));
    }
    return named;
  }

  private static SplitName splitOfRun(JsonNode run, Dataset dataset) throws IOException {
    String noted = run.path("splitSha256").asText();
    if (noted.isEmpty()) {
      return SplitName.UNKNOWN;
    }
    boolean current =
        Files.exists(dataset.splitFile())
            && Split.read(dataset.splitFile()).sha256InRuns().equals(noted);
    return current ? SplitName.CURRENT : new SplitName(SplitName.Source.RUN, noted);
  }

  private static SplitName splitOfReport(JsonNode evaluation, Dataset dataset) throws IOException {
    String noted = evaluation.path("split").path("sha256").asText();
    if (noted.isEmpty()) {
      return SplitName.UNKNOWN;
    }
    boolean current =
        Files.exists(dataset.splitFile()) && Hashes.sha256(dataset.splitFile()).equals(noted);
    return current ? SplitName.CURRENT : new SplitName(SplitName.Source.REPORT, noted);
  }

  /** The predictions as they are, with the protocol that the evaluation had found. */
  private static Contender ofReport(Path report, Path predictions, Dataset dataset)
      throws IOException {
    JsonNode json = Json.read(report.resolve(EVALUATION), "evaluation");
    List<Task> tasks = named(json.has("tasks") ? json.path("tasks") : List.of(json));
    List<EvaluatePredictions.Scores> scores = EvaluatePredictions.in(report, tasks, dataset);
    Evaluation evaluation =
        EvaluatePredictions.again(predictions, dataset, tasks.stream().findFirst());
    JsonNode model = json.path("model");
    JsonNode protocol = json.path("protocol");
    String part = protocol.path("part").asText();
    SplitName split = splitOfReport(json, dataset);
    return new Contender(
        report.toString(),
        new Evaluation.Model(
            model.path("name").asText(),
            model.path("version").asText(),
            model.path("sha256").asText()),
        scores,
        split,
        json.path("result").asText(),
        protocol.path("leakFree").asBoolean()
            && !part.equals("train")
            && !part.equals("validation"),
        evaluation.protocol().demonstratesLeakage()
            || protocol.path(Provenance.DEMONSTRATES_LEAKAGE).asBoolean(),
        protocol.path("sentence").asText());
  }
}
