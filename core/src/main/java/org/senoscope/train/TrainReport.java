package org.senoscope.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.senoscope.files.Json;

/**
 * What a run made.
 *
 * @param run the run's folder
 * @param bundle the final bundle's folder
 * @param networks that the final bundle's answers are the mean of
 * @param epochs of the training that gave the final bundle; of several networks, the latest whose
 *     weights one holds
 * @param bestEpoch whose weights it holds; of several networks, the median
 * @param imagesPerSecond in training, with augmentation; of several networks, over all their
 *     trainings; 0 when nothing was left to do
 * @param preparingSeconds for decoding and preparing every image once, before training
 * @param peakRssBytes the process's greatest memory; 0 where the system does not tell
 * @param seconds of this process's work
 * @param validation metrics on validation images or out of fold, and what they belong to
 */
public record TrainReport(
    Path run,
    Path bundle,
    int networks,
    int epochs,
    int bestEpoch,
    double imagesPerSecond,
    double preparingSeconds,
    long peakRssBytes,
    double seconds,
    ObjectNode validation) {
  /** As {@code train --json} prints it. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object("train");
    json.put("run", run.toString()).put("bundle", bundle.toString());
    json.put("networks", networks).put("epochs", epochs).put("bestEpoch", bestEpoch);
    json.put("imagesPerSecond", imagesPerSecond).put("peakRssBytes", peakRssBytes);
    json.put("preparingSeconds", preparingSeconds).put("seconds", seconds);
    json.set("validation", metrics());
    return json;
  }

  /** The metrics by their names, and beside them what they belong to. */
  private ObjectNode metrics() {
    ObjectNode flat = validation.deepCopy();
    if (flat.remove("metrics") instanceof ObjectNode metrics) {
      flat.setAll(metrics);
    }
    if (flat.isEmpty()) {
      flat.put("why", "the split has neither folds nor a validation part");
    }
    return flat;
  }
}
