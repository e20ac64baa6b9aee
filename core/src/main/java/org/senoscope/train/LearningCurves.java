package org.senoscope.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.senoscope.files.Json;
import org.senoscope.work.InputException;

/**
 * How a training went, epoch by epoch, as its log tells: of the run's only or final training, or of
 * a fold's.
 *
 * <p>Training figures are of the images as they were learned from (augmented, with dropout, by
 * weights that changed within the epoch), validation figures of untouched images. Augmentation
 * makes training look worse than it is; so a gap that shows is there.
 *
 * @param epochs in order
 */
public record LearningCurves(List<Epoch> epochs) {
  /** The log in a training's folder. */
  public static final String LOG = "log.jsonl";

  /** Epochs whose mean is looked at; one epoch alone says little. */
  private static final int WINDOW = 3;

  /** How far training accuracy may stand above validation's. */
  private static final double ALLOWED_GAP = 0.10;

  /** Standard errors of the validation accuracy within which a gap may be chance. */
  private static final double CHANCE = 2;

  /** How far the validation loss may rise above its least, as a share of that. */
  private static final double ALLOWED_RISE = 0.10;

  /** A log has some 500 bytes an epoch; what is much longer is no log. */
  private static final long LONGEST_LOG = 16_000_000;

  public LearningCurves {
    epochs = List.copyOf(epochs);
  }

  /**
   * One epoch; NaN for what the log does not hold. All but {@code trainingObjective} are of the
   * main task.
   *
   * @param epoch from 1
   * @param planned epochs that the training runs for unless it stops early; 0 where not told
   * @param trainingObjective what was minimised: weighted and smoothed as the recipe asks, summed
   *     over the tasks
   * @param trainingLoss mean negative natural logarithm of the true label's probability
   * @param trainingAccuracy share of images whose highest probability is their label's
   * @param validationLoss as {@code trainingLoss}
   * @param validationAccuracy as {@code trainingAccuracy}
   * @param validationBalancedAccuracy mean sensitivity over the labels
   * @param validationAuc binary, or macro one-versus-rest
   * @param validationImages how many; 0 where none are watched
   * @param seconds that its training took
   */
  public record Epoch(
      int epoch,
      int planned,
      double trainingObjective,
      double trainingLoss,
      double trainingAccuracy,
      double validationLoss,
      double validationAccuracy,
      double validationBalancedAccuracy,
      double validationAuc,
      int validationImages,
      double seconds) {
    private static Epoch parse(JsonNode line) {
      JsonNode validation = line.path("validation");
      return new Epoch(
          line.path("epoch").asInt(),
          line.path("epochs").asInt(),
          number(line, "trainingLoss"),
          number(line, "trainingLogLoss"),
          number(line, "trainingAccuracy"),
          number(line, "validationLoss"),
          number(validation, "accuracy"),
          number(validation, "balancedAccuracy"),
          number(validation, "auc"),
          validation.path("n").asInt(),
          number(line, "seconds"));
    }

    private static double number(JsonNode json, String name) {
      return json.path(name).isNumber() ? json.path(name).asDouble() : Double.NaN;
    }
  }

  /**
   * Reads the log in a training's folder, also while it is being written. A line that is cut off or
   * of another kind is passed over; a folder without a log, or with one of more than 16 MB, gives
   * no epochs.
   */
  public static LearningCurves read(Path folder) throws IOException {
    Path log = folder.resolve(LOG);
    List<Epoch> epochs = new ArrayList<>();
    try {
      if (!Files.isRegularFile(log) || Files.size(log) > LONGEST_LOG) {
        return new LearningCurves(epochs);
      }
      // Not readAllLines: bytes that are no UTF-8 shall spoil their own line alone.
      String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
      text.lines()
          .map(LearningCurves::epoch)
          .flatMap(Optional::stream)
          .forEach(
              epoch -> {
                if (epochs.isEmpty() || epochs.getLast().epoch() < epoch.epoch()) {
                  epochs.add(epoch);
                }
              });
    } catch (NoSuchFileException goneMeanwhile) {
      return new LearningCurves(List.of());
    }
    return new LearningCurves(epochs);
  }

  private static Optional<Epoch> epoch(String line) {
    try {
      JsonNode json = Json.parse(line, LOG);
      return json.path("schema").asText().equals(Json.schema("epoch"))
              && json.path("epoch").asInt() > 0
          ? Optional.of(Epoch.parse(json))
          : Optional.empty();
    } catch (InputException cutOff) {
      return Optional.empty();
    }
  }

  /**
   * The gap between training and validation in one sentence, where it is open at the last epoch.
   *
   * <p>It is open when, in the mean of the last three epochs, training accuracy stands above
   * validation's by .10 or more and by more than two standard errors of the validation accuracy,
   * √(p (1 − p) / n): on few images a gap is chance. Where the validation loss stands at the last
   * epoch 10% or more above its least as well, the network has gone on learning what does not hold
   * for other images, and the sentence says so; while it has not, the network may yet catch up.
   */
  public Optional<String> gap() {
    int open = epochs.size();
    while (open > 0 && isOpen(open)) {
      open--;
    }
    if (open == epochs.size()) {
      return Optional.empty();
    }
    int last = epochs.size();
    double training = mean(last, true);
    double validation = mean(last, false);
    Epoch least = leastValidationLoss();
    double rise = epochs.getLast().validationLoss() / least.validationLoss() - 1;
    String stands =
        "Training accuracy %s stands %s above validation's %s (mean of the last %d epochs), from epoch %d on"
            .formatted(
                share(training),
                share(training - validation),
                share(validation),
                WINDOW,
                epochs.get(open).epoch());
    return Optional.of(
        rise >= ALLOWED_RISE
            ? "%s, and the validation loss has risen %.0f%% above its least (epoch %d): the network learns its training images by heart."
                .formatted(stands, 100 * rise, least.epoch())
            : stands + ": the network knows its training images better than others.");
  }

  /** The epoch of the least validation loss; of several the first; the first where none is told. */
  private Epoch leastValidationLoss() {
    Epoch least = epochs.getFirst();
    for (Epoch epoch : epochs) {
      if (Double.isNaN(least.validationLoss()) || epoch.validationLoss() < least.validationLoss()) {
        least = epoch;
      }
    }
    return least;
  }

  /** Whether the gap is open after so many epochs. */
  private boolean isOpen(int end) {
    if (end < WINDOW) {
      return false;
    }
    double validation = mean(end, false);
    double error =
        Math.sqrt(validation * (1 - validation) / epochs.get(end - 1).validationImages());
    // Accuracies that the log does not hold are NaN, and no comparison holds.
    return mean(end, true) - validation >= Math.max(ALLOWED_GAP, CHANCE * error);
  }

  private double mean(int end, boolean training) {
    return epochs.subList(end - WINDOW, end).stream()
        .mapToDouble(epoch -> training ? epoch.trainingAccuracy() : epoch.validationAccuracy())
        .average()
        .orElse(Double.NaN);
  }

  /** Three digits without the zero before the point. */
  private static String share(double value) {
    return String.format(Locale.ROOT, "%.3f", value).replaceFirst("^0", "");
  }
}
