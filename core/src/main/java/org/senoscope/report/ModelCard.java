package org.senoscope.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.senoscope.calibration.AnswerRule;
import org.senoscope.calibration.CalibrationChoice;
import org.senoscope.calibration.CalibrationMethod;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.TaskEvaluation;
import org.senoscope.evaluate.metrics.Assessment;
import org.senoscope.evaluate.metrics.Estimate;
import org.senoscope.evaluate.metrics.OperatingPoint;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.InputDescription;
import org.senoscope.model.WeightsOrigin;
import org.senoscope.report.page.MetricNames;
import org.senoscope.report.page.Numbers;
import org.senoscope.study.Task;

/**
 * The text of a bundle's {@code README.md}: what the model is for, what it was trained on, how good
 * it is by which protocol, and where it ends.
 */
public final class ModelCard {
  private ModelCard() {}

  /**
   * The images that a model was trained on.
   *
   * @param name of the data set
   * @param credit its source and licence in a sentence; may be empty
   * @param images how many
   * @param groups their groups
   * @param labels images by label of the main task
   */
  public record TrainingSet(
      String name, String credit, int images, int groups, Map<String, Integer> labels) {}

  /**
   * Writes the card in Markdown.
   *
   * @param evaluation the numbers; without one the card says that there are none
   */
  public static String markdown(
      BundleDescription description, TrainingSet training, Optional<Evaluation> evaluation) {
    return markdown(description, Optional.of(training), evaluation);
  }

  /**
   * Writes the card of a model that was trained elsewhere, in Markdown. What is known of it stands
   * in the description's provenance, under {@code imported}.
   */
  public static String imported(BundleDescription description) {
    return markdown(description, Optional.empty(), Optional.empty());
  }

  private static String markdown(
      BundleDescription description,
      Optional<TrainingSet> training,
      Optional<Evaluation> evaluation) {
    StringBuilder card = new StringBuilder();
    card.append("# %s %s\n\n".formatted(description.name(), description.version()));
    card.append("**").append(Evaluation.RESEARCH_USE_ONLY).append("** ");
    card.append("It must not decide, or help to decide, how a person is diagnosed or treated.\n\n");
    uses(card, description);
    training.ifPresentOrElse(
        images -> training(card, images, description.provenance()),
        () -> elsewhere(card, description.provenance()));
    evaluation.ifPresentOrElse(
        found -> numbers(card, found, description.networks()),
        () -> card.append("## How good it is\n\nNot evaluated: no number is given.\n\n"));
    limits(card, description, training);
    provenance(card, description.provenance());
    return card.toString();
  }

  private static void uses(StringBuilder card, BundleDescription description) {
    card.append("## What it answers\n\n");
    for (Task task : description.tasks()) {
      card.append("- Task ")
          .append(task.name())
          .append(": ")
          .append(String.join(", ", task.labels()))
          .append(".\n");
    }
    InputDescription input = description.input();
    card.append(
        "- One image at a time, reduced to %d × %d pixels by the steps in `model.json`%s.\n"
            .formatted(
                input.height(),
                input.width(),
                description.mirroredAveraging() ? "; the mean over the image and its mirror" : ""));
    Optional<AnswerRule> rule = description.heads().getFirst().rule();
    card.append(
        rule.isPresent()
            ? answers(description.task().labels(), rule.get(), description.networks())
            : "- Its probabilities are not calibrated, and no doubt between labels makes it refer.\n\n");
    card.append(calibratedBy(description));
    card.append(refuses(description));
    thresholds(card, description);
    card.append("Meant for research on methods and for teaching, on images like those it was ");
    card.append("trained on.\n\n");
  }

  /** Of a mean of networks, by whose answers it was calibrated. */
  private static String calibratedBy(BundleDescription description) {
    String told = description.provenance().path(BundleDescription.CALIBRATED_BY).asText();
    return told.isEmpty() ? "" : "- " + told + "\n\n";
  }

  /** What is refused whatever the labels' scores are. */
  private static String refuses(BundleDescription description) {
    return description
        .limits()
        .map(
            limits ->
                limits.cases() > 0
                    ? "- It refuses images that are unlike its training images%s, by limits found with %d images that the networks had not seen.\n\n"
                        .formatted(
                            description.networks() > 1
                                ? " to the first of its networks, which answers for all in this"
                                : "",
                            limits.cases())
                    : "- It refuses blank frames, noise and the other modality; too few images were at hand to find limits for anything else.\n\n")
        .orElse("");
  }

  private static void thresholds(StringBuilder card, BundleDescription description) {
    for (JsonNode json : description.operatingPoints()) {
      OperatingPoint point = OperatingPoint.fromJson(json);
      card.append(
          String.format(
              Locale.ROOT,
              """
              - Threshold for %s by the rule %s: %.4f, chosen on %s (%d images of %d groups) and frozen.
              """,
              point.label(),
              point.rule().text(),
              point.threshold(),
              point.chosenOn(),
              point.n(),
              point.groups()));
    }
    card.append(description.operatingPoints().isEmpty() ? "" : "\n");
  }

  private static String answers(List<String> labels, AnswerRule rule, int networks) {
    CalibrationChoice calibration = rule.calibration();
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            """
            - Its probabilities are %s, by %d images of %d groups that the scoring networks had not
              seen; on images that the calibration had not seen either, the log loss was %.3f before and
              is %.3f after. So because %s.
            - Each answer has the set of labels that the image may have, which %s
              of the images of each label; an image whose set is not one label is referred to a person.
            """,
            calibration.calibrator().method() == CalibrationMethod.NONE
                ? "left as the network gives them"
                : "calibrated (" + calibration.calibrator().method().text() + ")",
            calibration.cases(),
            calibration.groups(),
            calibration.before().logLoss(),
            calibration.after().logLoss(),
            calibration.why(),
            // Answers that are not a mean's own set its limits, so that nothing assures the level.
            (networks > 1
                    ? "was set to hold the truth, by answers that are not this mean's own, for %s"
                    : "holds the truth for %s")
                .formatted(Numbers.percent(rule.sets().level()))));
    for (int label = 0; label < labels.size(); label++) {
      if (rule.sets().limits().get(label).unlimited()) {
        text.append(
            """
            - **%s has no limit**: %d images of it were there to set one, and %d are needed. It is in
              every set, so that nearly every image is referred.
            """
                .formatted(
                    labels.get(label),
                    rule.sets().limits().get(label).cases(),
                    rule.sets().fewestCases()));
      }
    }
    return text.append('\n').toString();
  }

  private static void training(StringBuilder card, TrainingSet training, ObjectNode provenance) {
    card.append("## What it was trained on\n\n");
    card.append(
        "%s: %d images in %d groups (what a split never cuts: patient, pair, near-duplicates)."
            .formatted(training.name(), training.images(), training.groups()));
    if (!training.credit().isEmpty()) {
      card.append(' ').append(training.credit());
    }
    card.append("\n\n").append(WeightsOrigin.in(provenance).sentence());
    if (!provenance.path("finalTraining").asText().isEmpty()) {
      card.append(' ').append(provenance.path("finalTraining").asText());
    }
    card.append("\n\n");
    List<List<String>> rows = new ArrayList<>();
    training.labels().forEach((label, n) -> rows.add(List.of(label, Integer.toString(n))));
    table(card, List.of("label", "images"), rows);
  }

  private static void elsewhere(StringBuilder card, ObjectNode provenance) {
    JsonNode imported = provenance.path(BundleDescription.IMPORTED);
    card.append("## What it was trained on\n\n");
    card.append(
        "Not known. The network was trained by another program and imported, and nothing\n");
    card.append(
        "tells which images it has seen: whatever data set it is evaluated on may be one of\n");
    card.append("them, so no evaluation of it can be called leak-free or a test result.\n\n");
    List<List<String>> rows = new ArrayList<>();
    for (String field : List.of("file", "format", "bytes", "sha256", "activation", "scale")) {
      rows.add(List.of(field, imported.path(field).asText()));
    }
    table(card, List.of("imported", ""), rows);
    card.append(
        "It gives no class maps: heatmaps are found by covering places of the image, one\n");
    card.append("after the other (occlusion).\n\n");
  }

  private static void numbers(StringBuilder card, Evaluation evaluation, int networks) {
    card.append("## How good it is\n\n");
    card.append("Result: ").append(evaluation.result()).append(". ");
    card.append(evaluation.sentence()).append("\n\n");
    if (networks > 1) {
      card.append(
          "**These figures are not this model's.** Each image was scored by the one of its %d networks that had not seen it; their mean, which is this model, was measured by nothing. On any images the log loss of the mean of logits, before calibration, is at most the mean of the networks' own; how it ranks and how often it is right, only images can tell that none of them has seen.\n\n"
              .formatted(networks));
    }
    evaluation.protocol().notes().forEach(note -> card.append("- ").append(note).append('\n'));
    card.append(evaluation.protocol().notes().isEmpty() ? "" : "\n");
    for (TaskEvaluation task : evaluation.tasks()) {
      Assessment assessment = task.assessment();
      List<List<String>> rows = new ArrayList<>();
      for (Map.Entry<String, Estimate> metric : assessment.metrics().entrySet()) {
        if (metric.getValue().hasInterval()) {
          rows.add(
              List.of(
                  MetricNames.of(metric.getKey(), task),
                  metric.getValue().text(),
                  metric.getValue().method()));
        }
      }
      table(
          card, List.of("task " + task.task().name(), "value (95% interval)", "interval by"), rows);
      card.append(
          "Always giving the most frequent label is right in %.3f; a calibrated model of this size\n"
              .formatted(assessment.majorityAccuracy()));
      card.append(
          "shows a calibration error of %.3f.\n\n"
              .formatted(assessment.calibration().noiseFloor()));
      List<List<String>> labels = new ArrayList<>();
      assessment
          .byLabel()
          .forEach(
              (label, one) ->
                  labels.add(
                      List.of(
                          label,
                          Integer.toString(one.n()),
                          one.auc().text(),
                          one.sensitivity().text(),
                          one.specificity().text())));
      table(card, List.of("label", "images", "AUC", "sensitivity", "specificity"), labels);
    }
  }

  private static void limits(
      StringBuilder card, BundleDescription description, Optional<TrainingSet> training) {
    card.append("## Where it ends\n\n");
    card.append(
        description.limits().filter(limits -> limits.cases() > 0).isPresent()
            ? "- It refuses most pictures that show no breast; other organs' images of its own modality it may take for a breast. No figure above says how often it refuses, unless coverage does.\n"
            : description.heads().getFirst().rule().isPresent()
                ? "- It does not know a picture that shows no breast: it may give such a picture a label.\n"
                : "- It gives one of its labels to any picture, also to one that shows no breast.\n");
    card.append(
        "- Images of another hospital, machine or population than %s are likely to be answered\n"
            .formatted(training.map(TrainingSet::name).orElse("those of its training")));
    card.append("  worse than the numbers say: evaluate there before believing it.\n");
    card.append("- The intervals tell the doubt from few images, not that from other images.\n");
    if (description.tasks().size() == 1) {
      card.append(
          "- It knows the labels above and no other finding; it sees one image, and no history.\n");
    }
    card.append('\n');
  }

  private static void provenance(StringBuilder card, ObjectNode provenance) {
    card.append("## Provenance\n\n");
    for (String field : List.of("created", "commit", "recipeSha256", "manifestSha256", "seed")) {
      if (!provenance.path(field).asText().isEmpty()) {
        card.append("- ")
            .append(field)
            .append(": `")
            .append(provenance.path(field).asText())
            .append("`\n");
      }
    }
  }

  private static void table(StringBuilder card, List<String> header, List<List<String>> rows) {
    row(card, header);
    row(card, header.stream().map(name -> "---").toList());
    rows.forEach(cells -> row(card, cells));
    card.append('\n');
  }

  private static void row(StringBuilder card, List<String> cells) {
    card.append("| ")
        .append(String.join(" | ", cells.stream().map(ModelCard::cell).toList()))
        .append(" |\n");
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;");
  }
}
