package org.senoscope.evaluate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.evaluate.material.DataFlow;
import org.senoscope.evaluate.material.Material;
import org.senoscope.evaluate.metrics.Estimate;
import org.senoscope.files.Json;
import org.senoscope.image.steps.Preprocessing;
import org.senoscope.provenance.Provenance;
import org.senoscope.work.InputException;

/**
 * What {@code evaluation.json} holds: metrics together with the protocol that they came from.
 *
 * @param model what was evaluated
 * @param dataset on what
 * @param protocol how
 * @param tasks the bundle's tasks, the first one first; at least one
 * @param material what the cases are and where they come from
 * @param provenance of this evaluation; its seed is the bootstrap's
 * @param repeats by task, the spread over cross-validations with other folds and seeds; empty where
 *     there was one alone
 * @param heldOut how many of a run's own images would be refused; empty where nothing tells
 */
public record Evaluation(
    Model model,
    Images dataset,
    Protocol protocol,
    List<TaskEvaluation> tasks,
    Material material,
    Provenance provenance,
    List<Repeats> repeats,
    Optional<HeldOutRefusal> heldOut) {
  /** What takes a hundred times the room of the figures. */
  private static final List<String> AT_LENGTH =
      List.of(
          "schema",
          "precisionRecall",
          "decisionCurve",
          "riskCoverage",
          "flow",
          "audit",
          "split",
          "source");

  /** Said by every output. */
  public static final String RESEARCH_USE_ONLY = "Research use only: not a medical device.";

  /**
   * The model that was evaluated.
   *
   * @param name of the bundle, or of the file of predictions
   * @param version of the bundle; empty when not known
   * @param sha256 of the bundle's description, which holds the checksums of its other files; of the
   *     file of predictions where they came from one
   */
  public record Model(String name, String version, String sha256) {}

  /**
   * The data set that was evaluated on.
   *
   * @param name of the data set; empty when predictions came without one
   * @param manifestSha256 of its manifest; empty when there is none
   * @param images in the whole data set
   * @param groups in the whole data set
   */
  public record Images(String name, String manifestSha256, int images, int groups) {}

  public Evaluation {
    tasks = List.copyOf(tasks);
    repeats = List.copyOf(repeats);
    if (tasks.isEmpty()) {
      throw new IllegalArgumentException("An evaluation has one task or more");
    }
    if (!repeats.isEmpty() && repeats.size() != tasks.size()) {
      throw new IllegalArgumentException("Repeats must be of every task or of none");
    }
  }

  /** Without repeats. */
  public Evaluation(
      Model model,
      Images dataset,
      Protocol protocol,
      List<TaskEvaluation> tasks,
      Material material,
      Provenance provenance) {
    this(model, dataset, protocol, tasks, material, provenance, List.of(), Optional.empty());
  }

  /**
   * Beside cross-validations of the same images with other folds and seeds. The figures stay those
   * of this one.
   */
  Evaluation beside(List<Evaluation> others) {
    if (others.isEmpty()) {
      return this;
    }
    List<Repeats> spread = new ArrayList<>();
    for (int task = 0; task < tasks.size(); task++) {
      List<Map<String, Estimate>> each = new ArrayList<>();
      each.add(tasks.get(task).assessment().metrics());
      for (Evaluation other : others) {
        TaskEvaluation same = other.tasks.get(task);
        if (!same.task().equals(tasks.get(task).task()) || same.n() != tasks.get(task).n()) {
          throw new InputException(
              "A repeat of %s scored %d images of task %s, the first cross-validation %d of task %s; has a file been replaced?"
                  .formatted(
                      title(),
                      same.n(),
                      same.task().name(),
                      tasks.get(task).n(),
                      tasks.get(task).task().name()));
        }
        each.add(same.assessment().metrics());
      }
      spread.add(new Repeats(each));
    }
    List<String> notes = new ArrayList<>(protocol.notes());
    for (int other = 0; other < others.size(); other++) {
      if (others.get(other).protocol.leakFree() != protocol.leakFree()) {
        notes.add("Repeat %d: %s".formatted(other + 2, others.get(other).result()));
      }
    }
    return new Evaluation(
        model, dataset, protocol.noting(notes), tasks, material, provenance, spread, heldOut);
  }

  /** With how many of a run's own images would be refused. */
  Evaluation refusingOfItsOwn(Path run) throws IOException {
    return new Evaluation(
        model,
        dataset,
        protocol,
        tasks,
        material,
        provenance,
        repeats,
        HeldOutRefusal.of(run, first().cases(), first().sample()));
  }

  /** The spread over repeats of a task; empty where there are none. */
  public Optional<Repeats> repeats(TaskEvaluation task) {
    int index = tasks.indexOf(task);
    return repeats.isEmpty() || index < 0 ? Optional.empty() : Optional.of(repeats.get(index));
  }

  /** With what must be said of the steps that prepared the images, if anything. */
  public Evaluation preparedBy(Preprocessing preprocessing, Dataset dataset) throws IOException {
    if (!preprocessing.needsMarks()) {
      return this;
    }
    List<String> notes = new ArrayList<>(protocol.notes());
    notes.add(
        "Images were cropped where readers had marked a finding, and in the middle of the breast"
            + " where they had marked none: the figures do not hold for films that no reader marked.");
    Set<String> marked =
        dataset.rows().stream()
            .filter(row -> !row.roi().isEmpty())
            .map(ManifestRow::image)
            .collect(Collectors.toSet());
    tasks.forEach(task -> markedByLabel(task, marked).ifPresent(notes::add));
    return new Evaluation(
        model, this.dataset, protocol.noting(notes), tasks, material, provenance, repeats, heldOut);
  }

  /** Names labels that readers marked in all images, beside others that they marked in none. */
  private static Optional<String> markedByLabel(TaskEvaluation task, Set<String> marked) {
    List<String> shares = new ArrayList<>();
    boolean all = false;
    boolean none = false;
    for (int label = 0; label < task.task().labels().size(); label++) {
      int of = label;
      List<ScoredCase> cases =
          task.cases().stream().filter(scored -> scored.truth() == of).toList();
      long count = cases.stream().filter(scored -> marked.contains(scored.image())).count();
      if (!cases.isEmpty()) {
        shares.add("%s %d of %d".formatted(task.task().labels().get(label), count, cases.size()));
        all |= count == cases.size();
        none |= count == 0;
      }
    }
    return all && none
        ? Optional.of(
            "Readers had marked %s: whether there is a mark tells the label of task %s, and the crop shows it."
                .formatted(String.join(", ", shares), task.task().name()))
        : Optional.empty();
  }

  /**
   * With predictive values where the positive label is as frequent as stated.
   *
   * @param prevalence above 0 and below 1
   * @throws InputException when it lies elsewhere, or no task has a positive label
   */
  public Evaluation atPrevalence(double prevalence) {
    if (tasks.stream().allMatch(task -> task.sample().positive() < 0)) {
      throw new InputException(
          "A prevalence of %s was stated, and no task has a label that tells disease from none; leave --prevalence out"
              .formatted(prevalence));
    }
    return new Evaluation(
        model,
        dataset,
        protocol,
        tasks.stream().map(task -> task.atPrevalence(prevalence)).toList(),
        material,
        provenance,
        repeats,
        heldOut);
  }

  /**
   * With the cases as they were to be decided, by what was frozen before.
   *
   * @param frozen what the model decides by that scored a part
   */
  Evaluation decidedBy(Function<String, Frozen> frozen) {
    return new Evaluation(
        model,
        dataset,
        protocol,
        tasks.stream().map(task -> task.decidedBy(frozen, EvaluateModel.SEED)).toList(),
        material,
        provenance,
        repeats,
        heldOut);
  }

  /** The bundle's first task. */
  public TaskEvaluation first() {
    return tasks.getFirst();
  }

  /** Such as {@code lite0 1 on busi}. */
  public String title() {
    return (model.name() + " " + model.version()).strip()
        + (dataset.name().isEmpty() ? "" : " on " + dataset.name());
  }

  /**
   * What the numbers are, or why they are no test result; and of how much less than the part, where
   * many of its images cannot be read, or all of a label.
   */
  public String result() {
    return protocol.result(first().n()) + material.flow().map(DataFlow::shortfall).orElse("");
  }

  /** The protocol in one sentence. */
  public String sentence() {
    return protocol.sentence(first().n(), first().sample().groups());
  }

  /** The figures alone, without curves and what was left out: for a bundle's description. */
  public ObjectNode figuresJson() {
    ObjectNode json = toJson();
    AT_LENGTH.forEach(json::remove);
    json.path("tasks")
        .forEach(task -> AT_LENGTH.forEach(field -> ((ObjectNode) task).remove(field)));
    return json;
  }

  private ObjectNode json(TaskEvaluation task) {
    ObjectNode json = task.toJson();
    repeats(task).ifPresent(found -> json.set("repeats", found.toJson()));
    return json;
  }

  /** As {@code evaluation.json} has it. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object("evaluation").put("result", result());
    json.putObject("model")
        .put("name", model.name())
        .put("version", model.version())
        .put("sha256", model.sha256());
    json.putObject("dataset")
        .put("name", dataset.name())
        .put("manifestSha256", dataset.manifestSha256())
        .put("images", dataset.images())
        .put("groups", dataset.groups());
    json.setAll(json(first()));
    ObjectNode how = protocol.toJson().put("sentence", sentence());
    if (!first().operatingPoints().isEmpty()) {
      how.put(
          "thresholdChosenOn",
          "%s, for operatingPoints; metrics take the label of the highest probability"
              .formatted(first().operatingPoints().getFirst().chosenOn()));
    }
    json.set("protocol", how);
    if (tasks.size() > 1) {
      ObjectNode all = json.putObject("tasks");
      tasks.forEach(task -> all.set(task.task().name(), json(task)));
    }
    heldOut.ifPresent(found -> json.set("heldOutRefusal", found.toJson()));
    material.addTo(json);
    json.put("use", RESEARCH_USE_ONLY);
    json.set("provenance", provenance.toJson());
    return json;
  }
}
