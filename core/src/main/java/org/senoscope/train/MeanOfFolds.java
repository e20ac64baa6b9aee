package org.senoscope.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.senoscope.calibration.Logits;
import org.senoscope.evaluate.EvaluatePredictions;
import org.senoscope.evaluate.ScoredCase;
import org.senoscope.model.Bundle;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.Fingerprint;
import org.senoscope.study.Task;
import org.senoscope.work.Progress;

/**
 * The final bundle as the mean of the folds' networks; nothing more is trained. Every image was
 * seen by all of them but one, so that nothing here can measure the mean itself: its card says to
 * what the figures belong.
 */
final class MeanOfFolds {
  private final Fold.Context context;

  MeanOfFolds(Fold.Context context) {
    this.context = context;
  }

  /**
   * Writes the bundle, unless that was done before.
   *
   * @param found what the folds gave
   */
  Fold.Done write(CrossValidation.OutOfFold found, Progress progress) throws IOException {
    Map<String, Fold> folds = found.trainings();
    Fold mean = new Fold(context, context.request().out(), 0);
    Optional<Fold.Done> before = mean.done();
    if (before.isPresent()) {
      return before.get();
    }
    Map<String, Bundle> bundles = new LinkedHashMap<>();
    List<Fingerprint.Image> seen = new ArrayList<>();
    for (Map.Entry<String, Fold> fold : folds.entrySet()) {
      bundles.put(fold.getKey(), fold.getValue().bundle());
      seen.addAll(fold.getValue().fingerprint().images());
    }
    Map<String, List<Integer>> byPart =
        TrainRun.byPart(context.rows(), context.request().assignments());
    String first = folds.keySet().iterator().next();
    int[] all = Fold.places(byPart, List.copyOf(folds.keySet()));
    int latest = found.epochs().getLast();
    int median = found.epochs().get(found.epochs().size() / 2);
    ObjectNode facts =
        Fold.facts(found.evaluation(), ofFigures(folds.size()), Optional.of(unmeasured()));
    ObjectNode provenance =
        mean.provenance(all.length, latest, median, Optional.of(told(folds.size())));
    provenance.put(BundleDescription.NETWORKS, folds.size());
    calibratedBy(folds.size())
        .ifPresent(told -> provenance.put(BundleDescription.CALIBRATED_BY, told));
    Path bundle =
        mean.write(
            Ensemble.of(context.network(), bundles),
            rules(found),
            // Features are the first network's: its training images tell what is usual to it.
            new GateMaker(
                    context,
                    Fold.places(byPart, new CrossValidation(context).others(first)),
                    new int[0],
                    Optional.of(found.unseen()),
                    progress)
                ::of,
            Fingerprint.of(seen),
            provenance,
            facts,
            all,
            Optional.of(found.evaluation()));
    Fold.Done done = new Fold.Done(bundle, latest, median, found.imagesPerSecond(), facts);
    mean.keep(done);
    return done;
  }

  private static String ofFigures(int networks) {
    return "predictions out of fold: each image scored by the one of the %d networks that was not trained on it; nothing measured their mean, which is this bundle"
        .formatted(networks);
  }

  private static String told(int networks) {
    return "It is the mean of %d networks' logits, those of the folds, each trained without its fold; none was trained on all images. The epochs named are the latest and the median of those whose weights the folds kept."
        .formatted(networks);
  }

  private String unmeasured() {
    return "averaging%s: how good the mean's answers are, and how often an image is refused, was not measured"
        .formatted(
            context.request().recipe().calibration().wanted()
                ? ", calibration and limits"
                : " and limits");
  }

  /**
   * Calibrates by means of networks that had not seen an image, where inner trainings have left
   * some; else by the one network that had not.
   */
  private Map<Task, Answering> rules(CrossValidation.OutOfFold found) {
    Recipe.Calibration calibration = context.request().recipe().calibration();
    if (!calibration.wanted()) {
      return Map.of();
    }
    return calibration.nested()
        ? AnswerRules.fit(
            means(found.inner().values()), calibration, "means of inner out-of-fold predictions")
        : AnswerRules.fit(
            found.uncalibrated(), calibration, "out-of-fold predictions of one network each");
  }

  /** By whose answers. */
  private Optional<String> calibratedBy(int networks) {
    Recipe.Calibration calibration = context.request().recipe().calibration();
    if (!calibration.wanted()) {
      return Optional.empty();
    }
    return Optional.of(
        calibration.nested()
            ? "The answers that calibrate are means of %d networks for each image, trained without its fold and one fold more: nearly what this mean of %d is."
                .formatted(networks - 1, networks)
            : "The answers that calibrate are of one network each, since every image is new to one of the %d alone. A mean of networks is as a rule less sure of itself than each of them, so that its calibrated probabilities may be too cautious and its sets too large; how far was not measured, and how often a set holds the truth is not assured."
                .formatted(networks));
  }

  /**
   * For each image, the mean of the logits of all inner networks that had not seen it: one for
   * every fold but its own.
   */
  static List<EvaluatePredictions.Scores> means(Iterable<NestedValidation.Inner> folds) {
    Map<Task, Map<String, List<ScoredCase>>> byTask = new LinkedHashMap<>();
    for (NestedValidation.Inner inner : folds) {
      for (EvaluatePredictions.Scores scores : inner.uncalibrated()) {
        Map<String, List<ScoredCase>> byImage =
            byTask.computeIfAbsent(scores.task(), _ -> new LinkedHashMap<>());
        scores
            .cases()
            .forEach(
                scored ->
                    byImage.computeIfAbsent(scored.image(), _ -> new ArrayList<>()).add(scored));
      }
    }
    List<EvaluatePredictions.Scores> means = new ArrayList<>();
    byTask.forEach(
        (task, images) ->
            means.add(
                new EvaluatePredictions.Scores(
                    task, images.values().stream().map(MeanOfFolds::mean).toList())));
    return means;
  }

  private static ScoredCase mean(List<ScoredCase> said) {
    ScoredCase first = said.getFirst();
    double[] logits = new double[first.probabilities().size()];
    for (ScoredCase each : said) {
      double[] one = Logits.ofProbabilities(each.probabilityArray());
      for (int label = 0; label < logits.length; label++) {
        logits[label] += one[label] / said.size();
      }
    }
    return ScoredCase.of(
        first.image(), first.group(), first.truth(), Logits.softmax(logits), first.part());
  }
}
