package org.senoscope.report.sections;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.senoscope.image.GreyImage;
import org.senoscope.report.page.Markup;
import org.senoscope.report.page.Picture;
import org.senoscope.report.plots.CurvePlot;
import org.senoscope.report.story.TrainingStory;
import org.senoscope.train.AugmentedSamples;
import org.senoscope.train.LearningCurves;

/** A report's part on training: learning curves, the gap in words, and contact sheets. */
final class TrainingSection {
  /** Longest side of a picture on a contact sheet, pixels. */
  private static final int PICTURE = 112;

  private TrainingSection() {}

  static Optional<Section> of(TrainingStory story, boolean demonstratesLeakage) throws IOException {
    if (story.curves().isEmpty() && story.samples().isEmpty()) {
      return Optional.empty();
    }
    Markup page = new Markup();
    if (!story.curves().isEmpty()) {
      curves(page, story.curves(), demonstratesLeakage);
    }
    if (!story.samples().isEmpty()) {
      samples(page, story.samples());
    }
    return Optional.of(new Section("training", "Training", page.toString()));
  }

  private static void curves(
      Markup page, Map<String, LearningCurves> curves, boolean demonstratesLeakage) {
    page.element("h3", "Learning curves");
    page.element(
        "p class=\"soft\"",
        "Solid: training images as they were learned from, with the recipe's augmentation and"
            + " dropout. Dashed: validation images, where the training watched some. Loss: mean negative logarithm of"
            + " the true label's probability.");
    page.raw("<div class=\"plots\">\n");
    curves.forEach(
        (name, found) -> {
          page.raw("<div class=\"plot\">").element("h4", name);
          if (demonstratesLeakage) {
            page.element("p class=\"refused\"", "Demonstration of leakage, never a result.");
          }
          String of = demonstratesLeakage ? name + ", a demonstration of leakage" : name;
          page.raw(CurvePlot.accuracy(found, of)).raw(CurvePlot.loss(found, of));
          found.gap().ifPresent(gap -> page.element("p class=\"gap\"", gap));
          page.raw("</div>\n");
        });
    page.raw("</div>\n");
  }

  private static void samples(Markup page, List<AugmentedSamples> samples) throws IOException {
    page.element("h3", "Training images");
    boolean augmented = samples.stream().anyMatch(sample -> !sample.drawn().isEmpty());
    page.element(
        "p class=\"soft\"",
        augmented
            ? "Some of each label: first as prepared, then as augmentation may draw it for training."
            : "Some of each label, as prepared. The recipe augments nothing.");
    Map<String, List<AugmentedSamples>> byLabel = new LinkedHashMap<>();
    samples.forEach(
        sample -> byLabel.computeIfAbsent(sample.label(), label -> new ArrayList<>()).add(sample));
    for (Map.Entry<String, List<AugmentedSamples>> label : byLabel.entrySet()) {
      page.element("h4", label.getKey());
      page.raw("<div class=\"%s\">\n".formatted(augmented ? "sheet" : "sheet row"));
      for (AugmentedSamples sample : label.getValue()) {
        page.raw("<div class=\"strip\">");
        picture(page, sample.prepared(), label.getKey() + ", as prepared");
        for (GreyImage drawn : sample.drawn()) {
          picture(page, drawn, label.getKey() + ", augmented");
        }
        page.raw("</div>\n");
      }
      page.raw("</div>\n");
    }
  }

  private static void picture(Markup page, GreyImage image, String alternative) throws IOException {
    page.raw(Picture.of(image, PICTURE).tag(alternative));
  }
}
