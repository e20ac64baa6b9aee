package org.senoscope.report.sections;

import java.util.List;
import org.senoscope.evaluate.Curves;
import org.senoscope.evaluate.TaskEvaluation;
import org.senoscope.evaluate.metrics.Assessment;
import org.senoscope.evaluate.metrics.Estimate;
import org.senoscope.evaluate.metrics.PrecisionRecall;
import org.senoscope.evaluate.metrics.RiskCoverage;
import org.senoscope.report.page.Markup;
import org.senoscope.report.page.Numbers;
import org.senoscope.report.plots.Plots;
import org.senoscope.report.plots.RangePlots;

/** ROC, precision-recall, reliability, decision and risk-coverage curves, and the confusion. */
final class CurvesSection {
  private CurvesSection() {}

  static Section of(TaskEvaluation task, long seed) {
    Markup page = new Markup().raw("<div class=\"plots\">\n");
    List<String> labels = task.task().labels();
    Curves curves = task.curves();
    for (int label = 0; label < labels.size(); label++) {
      Estimate auc = task.assessment().label(labels.get(label)).auc();
      boolean mirrored = labels.size() == 2 && label != task.sample().positive();
      if (auc.known() && !mirrored) {
        plot(
            page,
            "ROC: %s against the rest".formatted(labels.get(label)),
            Plots.roc(task, label, seed),
            "AUC %s. Band: 95%% by bootstrap, point by point.".formatted(auc.text()));
      }
    }
    for (PrecisionRecall curve : curves.precisionRecall().values()) {
      plot(
          page,
          "Precision and recall: " + curve.label(),
          RangePlots.precisionRecall(curve),
          "Average precision %s; dashed, what knowing nothing reaches: %s."
              .formatted(curve.averagePrecision().text(), Numbers.share(curve.prevalence())));
    }
    task.uncalibrated().ifPresent(before -> calibration(page, "Before calibration", before));
    calibration(
        page,
        task.uncalibrated().isPresent() ? "After calibration" : "Calibration",
        task.assessment());
    curves
        .decision()
        .ifPresent(
            curve ->
                plot(
                    page,
                    "Decision curve: " + curve.label(),
                    RangePlots.decision(curve),
                    "Net benefit of alarms at a threshold; dashed: an alarm for every image, flat: none. A threshold of 0.1 says that one %s found outweighs nine false alarms. Holds for probabilities that are calibrated, and at these images' prevalence of %s."
                        .formatted(curve.label(), Numbers.share(curve.prevalence()))));
    RiskCoverage.Point named = curves.named();
    plot(
        page,
        "Accuracy and coverage",
        RangePlots.riskCoverage(curves.riskCoverage(), Curves.NAMED_COVERAGE),
        "When the least confident are handed to a person first. At 80%% coverage (dot) accuracy is %s, at 100%% %s; area under the risk: %s."
            .formatted(
                named.selectiveAccuracy().text(),
                curves.riskCoverage().at(1).selectiveAccuracy().text(),
                curves.riskCoverage().aurc().text()));
    plot(page, "Confusion", Plots.confusion(task), "Images, and share of the row.");
    return new Section("curves", "Curves", page.raw("</div>\n").toString());
  }

  private static void calibration(Markup page, String title, Assessment assessment) {
    plot(
        page,
        title,
        Plots.reliability(assessment.calibration()),
        "Error %s; a calibrated model of this size shows %s. Lines: Wilson; bars: images."
            .formatted(
                assessment.metric("ece").text(),
                Numbers.share(assessment.calibration().noiseFloor())));
  }

  private static void plot(Markup page, String title, String svg, String words) {
    page.raw("<div class=\"plot\">")
        .element("h3", title)
        .raw(svg)
        .element("p", words)
        .raw("</div>\n");
  }
}
