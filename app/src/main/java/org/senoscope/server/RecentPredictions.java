package org.senoscope.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * The predictions of this server's life, in memory: the last thousand or so, and as many of their
 * images, as uploaded, as fit into a fixed number of bytes. Safe for several threads.
 */
final class RecentPredictions {
  /** How many predictions a server keeps. */
  static final int MOST = 1000;

  /** How many bytes of images a server keeps. */
  static final long IMAGE_BYTES = 24 << 20;

  private final int most;
  private final long imageLimit;
  private final LinkedHashMap<String, RecentPrediction> predictions = new LinkedHashMap<>();
  private final LinkedHashMap<String, byte[]> images = new LinkedHashMap<>();
  private long imageBytes;

  /**
   * An empty record.
   *
   * @param most predictions kept
   * @param imageLimit bytes of images kept
   */
  RecentPredictions(int most, long imageLimit) {
    this.most = most;
    this.imageLimit = imageLimit;
  }

  /** Keeps a prediction and its image, and lets the oldest go. */
  synchronized void add(RecentPrediction prediction, byte[] image) {
    predictions.put(prediction.id(), prediction);
    if (predictions.size() > most) {
      forgetImage(predictions.pollFirstEntry().getKey());
    }
    images.put(prediction.id(), image);
    imageBytes += image.length;
    while (imageBytes > imageLimit) {
      forgetImage(images.firstEntry().getKey());
    }
  }

  /** Puts a prediction in the place of the one with its id, while that is kept. */
  synchronized void replace(RecentPrediction prediction) {
    predictions.replace(prediction.id(), prediction);
  }

  /** The prediction of an id, while it is kept. */
  synchronized Optional<RecentPrediction> find(String id) {
    return Optional.ofNullable(predictions.get(id));
  }

  /** A prediction's image as uploaded, while it is kept. */
  synchronized Optional<byte[]> image(String id) {
    return Optional.ofNullable(images.get(id));
  }

  /** The last predictions, the newest first. */
  synchronized List<RecentPrediction> newestFirst(int limit) {
    return predictions.sequencedValues().reversed().stream().limit(limit).toList();
  }

  private void forgetImage(String id) {
    byte[] forgotten = images.remove(id);
    if (forgotten != null) {
      imageBytes -= forgotten.length;
    }
  }
}
