package org.senoscope.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.steps.Preprocessing;
import org.senoscope.provenance.Provenance;
import org.senoscope.refusal.Limits;
import org.senoscope.study.Marks;
import org.senoscope.study.Task;

/**
 * What {@code model.json} says of a model, but for the files beside it.
 *
 * @param name letters, digits, dot, dash, underscore; at most 64, since addresses hold it
 * @param version in the same letters
 * @param heads one for each task, the first being the main one; at least one
 * @param input what the network takes
 * @param preprocessing the steps that lead from an image as read to the input's height and width
 * @param mirroredAveraging whether each answer is the mean of the image's and its left-right
 *     mirror's logits
 * @param operatingPoints a JSON array of thresholds, each with the part it was chosen on; may be
 *     empty
 * @param limits how far from the training images an image may be; empty where the bundle does not
 *     tell what those look like
 * @param provenance a JSON object: commit, versions, hashes, seed
 * @param validation a JSON object of metrics on the validation part or out of fold; empty where
 *     there are none
 */
public record BundleDescription(
    String name,
    String version,
    List<Head> heads,
    InputDescription input,
    Preprocessing preprocessing,
    boolean mirroredAveraging,
    ArrayNode operatingPoints,
    Optional<Limits> limits,
    ObjectNode provenance,
    ObjectNode validation) {
  /**
   * The object of {@link #provenance} that tells where a network came from that another program
   * trained; bundles of networks trained here have none.
   */
  public static final String IMPORTED = "imported";

  /** The field of {@link #provenance} that tells of how many networks a model is the mean. */
  public static final String NETWORKS = "networks";

  /** The field of {@link #provenance} that says by whose answers such a mean was calibrated. */
  public static final String CALIBRATED_BY = "calibratedBy";

  static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  public BundleDescription {
    heads = List.copyOf(heads);
    operatingPoints = operatingPoints.deepCopy();
    provenance = provenance.deepCopy();
    validation = validation.deepCopy();
    if (!NAME.matcher(name).matches() || !NAME.matcher(version).matches()) {
      throw new IllegalArgumentException(
          "name and version must be 1 to 64 letters, digits, dots, dashes or underscores and begin"
              + " with a letter or digit, were \"%s\" and \"%s\"".formatted(name, version));
    }
    if (heads.isEmpty()) {
      throw new IllegalArgumentException("a model must answer at least one task");
    }
    Set<String> names = new HashSet<>();
    for (Head head : heads) {
      if (!names.add(head.task().name())) {
        throw new IllegalArgumentException("task %s is there twice".formatted(head.task().name()));
      }
    }
    GreyImage black = new GreyImage(16, 24, new float[16 * 24]);
    GreyImage tried = preprocessing.prepare(black, Marks.NONE).image();
    if (tried.height() != input.height() || tried.width() != input.width()) {
      throw new IllegalArgumentException(
          "preprocessing must end with the input's %d × %d, gives %d × %d"
              .formatted(input.height(), input.width(), tried.height(), tried.width()));
    }
  }

  /** A model that answers whatever it is shown. */
  public BundleDescription(
      String name,
      String version,
      List<Head> heads,
      InputDescription input,
      Preprocessing preprocessing,
      boolean mirroredAveraging,
      ArrayNode operatingPoints,
      ObjectNode provenance,
      ObjectNode validation) {
    this(
        name,
        version,
        heads,
        input,
        preprocessing,
        mirroredAveraging,
        operatingPoints,
        Optional.empty(),
        provenance,
        validation);
  }

  /** The same, within limits. */
  public BundleDescription within(Limits found) {
    return new BundleDescription(
        name,
        version,
        heads,
        input,
        preprocessing,
        mirroredAveraging,
        operatingPoints,
        Optional.of(found),
        provenance,
        validation);
  }

  /** A new model whose heads are all softmax, without operating points. */
  public static BundleDescription of(
      String name,
      String version,
      List<Task> tasks,
      InputDescription input,
      Preprocessing preprocessing,
      boolean mirroredAveraging,
      ObjectNode provenance,
      ObjectNode validation) {
    return new BundleDescription(
        name,
        version,
        tasks.stream().map(task -> new Head(task, OutputForm.SOFTMAX)).toList(),
        input,
        preprocessing,
        mirroredAveraging,
        Json.object().arrayNode(),
        provenance,
        validation);
  }

  /** The tasks, the main one first. */
  public List<Task> tasks() {
    return heads.stream().map(Head::task).toList();
  }

  /** The main task. */
  public Task task() {
    return heads.getFirst().task();
  }

  /** How many networks its logits are the mean of; 1 for most models. */
  public int networks() {
    return Math.max(1, provenance.path(NETWORKS).asInt(1));
  }

  /** Whether its training demonstrated leakage: no figure of it is a result. */
  public boolean demonstratesLeakage() {
    return provenance.path(Provenance.DEMONSTRATES_LEAKAGE).asBoolean();
  }

  /** Name and version, as answers show them. */
  public String title() {
    return name + " " + version;
  }

  /** Whether the main task's probabilities are calibrated, or were found to need none. */
  public boolean calibrated() {
    return heads.getFirst().rule().filter(rule -> rule.calibration().folds() > 0).isPresent();
  }

  /**
   * Whether it hands true images to a person: by sets of labels, or by limits to distances. What is
   * refused at sight alone (blank, noise) is none.
   */
  public boolean refers() {
    return heads.getFirst().rule().isPresent()
        || limits.filter(found -> found.cases() > 0).isPresent();
  }

  /** As it stands in {@code model.json}, without the files. */
  ObjectNode toJson() {
    ObjectNode json = Json.object("model").put("name", name).put("version", version);
    ArrayNode tasks = json.putArray("tasks");
    for (Head head : heads) {
      ObjectNode task = tasks.addObject().put("name", head.task().name());
      task.set("labels", Json.tree(head.task().labels()));
      task.put("output", head.form().text());
      head.rule()
          .ifPresentOrElse(
              rule -> task.set("calibration", rule.toJson()), () -> task.putNull("calibration"));
    }
    json.set("input", input.toJson());
    json.set("preprocessing", preprocessing.toJson());
    json.put("mirroredAveraging", mirroredAveraging);
    json.set("operatingPoints", operatingPoints);
    limits.ifPresentOrElse(
        found -> json.set("limits", found.toJson()), () -> json.putNull("limits"));
    json.set("provenance", provenance);
    json.set("validation", validation);
    return json;
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException with all faults in one line
   */
  static BundleDescription parse(JsonNode json) {
    return new DescriptionReader(json).read();
  }
}
