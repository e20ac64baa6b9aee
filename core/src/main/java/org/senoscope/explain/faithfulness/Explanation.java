package org.senoscope.explain.faithfulness;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.senoscope.evaluate.Evaluation;
import org.senoscope.evaluate.metrics.Estimate;
import org.senoscope.evaluate.metrics.MeanOverGroups;
import org.senoscope.explain.MapSource;
import org.senoscope.files.Json;
import org.senoscope.provenance.Provenance;
import org.senoscope.study.Task;

/**
 * How faithful a model's heatmaps are on a data set: what {@code explanation.json} holds.
 *
 * @param model name and version
 * @param sha256 of the bundle's description
 * @param dataset its name
 * @param manifestSha256 of its manifest
 * @param task whose predicted label's map was scored
 * @param labels of the task
 * @param by how maps were made
 * @param folds of a cross-validated run; 0 for one bundle
 * @param unknown why it is not known what the model has seen; empty when it is
 * @param demonstratesLeakage whether model or split demonstrate leakage
 * @param masked images of the data set that have a lesion mask
 * @param images those that were scored
 * @param chance by image, what points that know nothing hit
 * @param provenance of these figures; its seed is that of sample, orders and random weights
 */
public record Explanation(
    String model,
    String sha256,
    String dataset,
    String manifestSha256,
    String task,
    List<String> labels,
    MapSource by,
    int folds,
    String unknown,
    boolean demonstratesLeakage,
    int masked,
    List<ImageScore> images,
    Chance chance,
    Provenance provenance) {
  /** The file's name in a run. */
  public static final String FILE = "explanation.json";

  /**
   * What points that know nothing of an image hit, by image.
   *
   * @param uniform a point drawn by chance: the lesion's share of the image
   * @param centre the image's centre
   * @param fixed the point that is best on the images of the other folds
   */
  @SuppressWarnings("ArrayRecordComponent") // made once, and read alone
  public record Chance(double[] uniform, double[] centre, double[] fixed) {}

  public Explanation {
    labels = List.copyOf(labels);
    images = List.copyOf(images);
    if (images.isEmpty()) {
      throw new IllegalArgumentException("An explanation is of one image or more");
    }
  }

  /** How many images the network had seen in training. */
  public int seen() {
    return (int) images.stream().filter(ImageScore::seen).count();
  }

  /** How many images are in no fold. */
  public int inNoFold() {
    return folds == 0 ? 0 : (int) images.stream().filter(image -> !image.inFold()).count();
  }

  /** Whether no image was seen in training, as far as is known, and that is known. */
  public boolean leakFree() {
    return seen() == 0 && unknown.isEmpty() && !demonstratesLeakage;
  }

  /** The headline: what the figures are, or why they are no test result. */
  public String result() {
    if (demonstratesLeakage) {
      return "demonstration of leakage, never a result";
    }
    if (seen() > 0) {
      return "not a test result: %d of %d images were seen in training"
          .formatted(seen(), images.size());
    }
    if (!unknown.isEmpty()) {
      return "not a test result: " + unknown;
    }
    return folds > 0
        ? "out of fold: each image explained by a network that has not seen it"
        : "external: no image was seen in training";
  }

  /** How it was done, in sentences. */
  public String sentence() {
    StringBuilder text = new StringBuilder();
    text.append(
        images.size() == masked
            ? "All %d images with a lesion mask".formatted(masked)
            : "A sample of %d of the %d images with a lesion mask"
                .formatted(images.size(), masked));
    text.append(
        ", map of the predicted label by %s, at the image's own size, no tolerance."
            .formatted(by.text()));
    if (inNoFold() > 0) {
      text.append(
          " %d of them are in no fold and were explained by the folds' networks in turn, none of which had seen them."
              .formatted(inNoFold()));
    }
    long sampled = images.stream().filter(image -> image.curves().isPresent()).count();
    if (sampled > 0) {
      text.append(
          " Deletion and insertion on %d of them, drawn by seed %d."
              .formatted(sampled, provenance.seed()));
    }
    return text.toString();
  }

  /** The share of images whose map points into the lesion. */
  public Estimate pointing() {
    return mean(image -> image.pointing().hit(), image -> true);
  }

  /** The mean of a number over the images that are asked for. */
  private Estimate mean(ToDoubleFunction<ImageScore> value, Predicate<ImageScore> asked) {
    List<ImageScore> chosen = images.stream().filter(asked).toList();
    return MeanOverGroups.of(
        chosen.stream().mapToDouble(value).toArray(),
        chosen.stream().map(ImageScore::group).toList(),
        provenance.seed());
  }

  private Estimate mean(double[] values) {
    return MeanOverGroups.of(
        values, images.stream().map(ImageScore::group).toList(), provenance.seed());
  }

  /** As {@code explanation.json} has it. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object("explanation").put("result", result());
    json.putObject("model").put("name", model).put("sha256", sha256);
    json.putObject("dataset").put("name", dataset).put("manifestSha256", manifestSha256);
    json.put("task", task).set("labels", Json.tree(labels));
    json.put("n", images.size()).put("imagesWithMask", masked);
    json.putObject("protocol")
        .put("kind", folds > 0 ? "cross-validation" : "external")
        .put("folds", folds)
        .put("leakFree", leakFree())
        .put("seenInTraining", seen())
        .put("inNoFold", inNoFold())
        .put("maps", by.text())
        .put("mapPerLabel", by.tellsApart(new Task(task, labels)))
        .put("sentence", sentence());
    ObjectNode pointing = json.putObject("pointing");
    pointing.set("model", pointing().toJson());
    pointing.set("randomWeights", mean(image -> image.random().hit(), image -> true).toJson());
    pointing.set("uniformPoint", mean(chance.uniform()).toJson());
    pointing.set("centre", mean(chance.centre()).toJson());
    pointing.set("bestFixedPoint", mean(chance.fixed()).toJson());
    pointing.put("imagesWithTies", images.stream().filter(i -> i.pointing().ties() > 1).count());
    ObjectNode overlap = json.putObject("overlap");
    overlap(overlap, "energy", Overlap::energy);
    overlap(overlap, "averagePrecision", Overlap::averagePrecision);
    overlap(overlap, "iou", Overlap::iou);
    if (images.stream().allMatch(image -> image.outline().isPresent())) {
      ObjectNode outline = json.putObject("outline");
      outline.set("dice", outline(OutlineScore::dice).toJson());
      outline.set("iou", outline(OutlineScore::iou).toJson());
    }
    json.set("byLabel", by(ImageScore::label));
    json.set("byPredicted", by(ImageScore::predicted));
    if (images.stream().map(ImageScore::set).distinct().count() > 1) {
      json.set("bySet", by(ImageScore::set));
    }
    curves().ifPresentOrElse(curves -> json.set("curves", curves), () -> json.putNull("curves"));
    ArrayNode each = json.putArray("images");
    images.forEach(image -> each.add(image.toJson()));
    json.put("use", Evaluation.RESEARCH_USE_ONLY);
    json.set("provenance", provenance.toJson());
    return json;
  }

  private Estimate outline(ToDoubleFunction<OutlineScore> of) {
    return mean(image -> of.applyAsDouble(image.outline().orElseThrow()), image -> true);
  }

  private void overlap(ObjectNode json, String name, ToDoubleFunction<Overlap> of) {
    ObjectNode one = json.putObject(name);
    one.set("model", mean(image -> of.applyAsDouble(image.overlap()), image -> true).toJson());
    one.set(
        "randomWeights",
        mean(image -> of.applyAsDouble(image.randomOverlap()), image -> true).toJson());
    one.set("uniformMap", mean(chance.uniform()).toJson());
  }

  private ObjectNode by(Function<ImageScore, String> of) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    labels.forEach(label -> counts.put(label, 0)); // first, and in their order
    images.forEach(image -> counts.merge(of.apply(image), 1, Integer::sum));
    ObjectNode json = Json.object();
    counts.forEach(
        (label, n) -> {
          if (n > 0) {
            ObjectNode one = json.putObject(label.isEmpty() ? "unknown" : label).put("n", n);
            one.set(
                "pointing",
                mean(image -> image.pointing().hit(), image -> of.apply(image).equals(label))
                    .toJson());
          }
        });
    return json;
  }

  private Optional<ObjectNode> curves() {
    List<ImageScore> sampled = images.stream().filter(image -> image.curves().isPresent()).toList();
    if (sampled.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode json =
        Json.object()
            .put("n", sampled.size())
            .put("steps", PerturbationCurves.STEPS)
            .put("grid", PerturbationCurves.GRID)
            .put("probabilityOf", "the predicted label");
    add(json.putObject("deletion"), sampled, PerturbationCurves::deletion);
    add(json.putObject("insertion"), sampled, PerturbationCurves::insertion);
    return Optional.of(json);
  }

  private void add(
      ObjectNode json, List<ImageScore> sampled, Function<PerturbationCurves, double[]> which) {
    List<double[]> map =
        sampled.stream().map(image -> which.apply(image.curves().orElseThrow())).toList();
    List<double[]> random =
        sampled.stream().map(image -> which.apply(image.randomOrder().orElseThrow())).toList();
    json.set("model", Json.tree(mean(map)));
    json.set("randomOrder", Json.tree(mean(random)));
    List<String> groups = sampled.stream().map(ImageScore::group).toList();
    double[] areas = map.stream().mapToDouble(PerturbationCurves::area).toArray();
    double[] others = random.stream().mapToDouble(PerturbationCurves::area).toArray();
    double[] differences = new double[areas.length];
    Arrays.setAll(differences, i -> areas[i] - others[i]);
    json.set("area", MeanOverGroups.of(areas, groups, provenance.seed()).toJson());
    json.set("areaOfRandomOrder", MeanOverGroups.of(others, groups, provenance.seed()).toJson());
    json.set("difference", MeanOverGroups.of(differences, groups, provenance.seed()).toJson());
  }

  private static List<Double> mean(List<double[]> curves) {
    List<Double> mean = new ArrayList<>();
    for (int i = 0; i < curves.getFirst().length; i++) {
      int at = i;
      mean.add(curves.stream().mapToDouble(curve -> curve[at]).average().orElseThrow());
    }
    return mean;
  }
}
