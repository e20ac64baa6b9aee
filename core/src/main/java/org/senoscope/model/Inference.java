package org.senoscope.model;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.senoscope.image.steps.Geometry;
import org.senoscope.refusal.Judgement;

/**
 * All that a network said of one image. With mirrored averaging, logits, maps and features are the
 * means of the image's and its mirror's, the mirror's maps flipped back. The logits are averaged
 * and not the probabilities, so that the maps explain the very logits that the answer rests on, and
 * a temperature can act on them.
 *
 * @param logits of each task, in the order of the network's outputs
 * @param probabilities of each task, in the order of its labels, summing to 1
 * @param maps of each task whose network gives them
 * @param features the values before the head; empty where the network does not give them
 * @param textures the mean of each channel of maps in the middle of the network; empty where the
 *     network does not give them
 * @param lesion where the network takes the image for lesion; empty where it does not look for that
 * @param judgement whether the image may be answered; empty where the bundle cannot tell
 * @param geometry where the network's input lies in the image as read
 */
public record Inference(
    Map<String, float[]> logits,
    Map<String, double[]> probabilities,
    Map<String, ClassMaps> maps,
    Optional<float[]> features,
    Optional<float[]> textures,
    Optional<LesionMap> lesion,
    Optional<Judgement> judgement,
    Geometry geometry) {
  public Inference {
    logits = Map.copyOf(logits);
    probabilities = Map.copyOf(probabilities);
    maps = Map.copyOf(maps);
  }

  /** Of an image that nobody judged. */
  public Inference(
      Map<String, float[]> logits,
      Map<String, double[]> probabilities,
      Map<String, ClassMaps> maps,
      Optional<float[]> features,
      Geometry geometry) {
    this(
        logits,
        probabilities,
        maps,
        features,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        geometry);
  }

  /** The same without what only a judgement of the image needs, which is much. */
  public Inference withoutFeatures() {
    return new Inference(
        logits,
        probabilities,
        maps,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        judgement,
        geometry);
  }

  /** The same with a judgement of whether it may be answered. */
  Inference judged(Judgement found) {
    return new Inference(
        logits, probabilities, maps, features, textures, lesion, Optional.of(found), geometry);
  }

  /** Whether the image was found to be none that may be answered, whatever the task. */
  public boolean isRefused() {
    return judgement.flatMap(Judgement::refusal).isPresent();
  }

  /** The logits of a task. */
  public float[] logits(String task) {
    return require(logits.get(task), task);
  }

  /** The probabilities of a task. */
  public double[] probabilities(String task) {
    return require(probabilities.get(task), task);
  }

  /** The maps of a task; empty where the network gives none. */
  public Optional<ClassMaps> maps(String task) {
    return Optional.ofNullable(maps.get(task));
  }

  /** The same with other maps of a task. */
  public Inference withMaps(String task, ClassMaps others) {
    Map<String, ClassMaps> all = new HashMap<>(maps);
    all.put(task, others);
    return new Inference(
        logits, probabilities, all, features, textures, lesion, judgement, geometry);
  }

  private static <T> T require(@Nullable T found, String task) {
    if (found == null) {
      throw new IllegalArgumentException("The network does not answer task " + task);
    }
    return found;
  }
}
