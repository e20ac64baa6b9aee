package org.senoscope.explain.faithfulness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.dataset.importer.LesionMask;
import org.senoscope.evaluate.PredictionsFile;
import org.senoscope.evaluate.TrainingCheck;
import org.senoscope.explain.EvidenceMap;
import org.senoscope.explain.MapSource;
import org.senoscope.files.AtomicFiles;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.image.ImageLimits;
import org.senoscope.image.ImageRoom;
import org.senoscope.image.likeness.Appearance;
import org.senoscope.image.steps.Geometry;
import org.senoscope.model.Bundle;
import org.senoscope.model.BundleDescription;
import org.senoscope.model.Head;
import org.senoscope.model.Inference;
import org.senoscope.model.Predictor;
import org.senoscope.provenance.Provenance;
import org.senoscope.study.Marks;
import org.senoscope.work.InputException;
import org.senoscope.work.Progress;

/**
 * Scores a model's heatmaps against the lesion masks of a data set, and against the answers that
 * they explain. Of a run with folds each image is explained by the network of its own fold, which
 * has not seen it.
 *
 * @param maps how they are made; empty for what users are shown
 * @param sample how many images get deletion and insertion curves, and how many are scored at all
 *     by occlusion: both take a hundred inferences an image; at least 1
 * @param seed of the sample, of the order among equal places, and of the random weights
 * @param perceptualHash what the bundle's fingerprint was made with
 */
public record ScoreHeatmaps(
    Optional<MapSource> maps, int sample, long seed, ToLongFunction<GreyImage> perceptualHash) {
  private static final String FOLD = "fold\\d+";

  /** Without folds, a fixed point is chosen on four fifths of the groups for the last fifth. */
  private static final int FIFTHS = 5;

  /** Bytes of a pixel while an image is explained: itself, its maps and their ranks. */
  private static final int BYTES_PER_PIXEL = 48;

  private static final int MOST_NAMED = 3;

  public ScoreHeatmaps {
    if (sample < 1) {
      throw new InputException("The sample must be of 1 image or more, was " + sample);
    }
  }

  /**
   * The figures, and pictures of some images.
   *
   * @param pictures of some hits and misses, at most twelve of each
   * @param ofRun whether they belong to the run: it predicted images of this data set
   */
  public record Scored(Explanation explanation, List<HeatmapPicture> pictures, boolean ofRun) {
    public Scored {
      pictures = List.copyOf(pictures);
    }
  }

  /** An image and the network that explains it. */
  private record Case(
      ManifestRow row, String set, String network, boolean inFold, boolean sampled) {}

  /**
   * Scores heatmaps.
   *
   * @param bundleOrRun a bundle's folder or zip, or a run's folder
   * @throws InputException when the data set has no lesion mask, or a mask that does not fit its
   *     image
   */
  public Scored run(Path bundleOrRun, Dataset dataset, Progress progress) throws IOException {
    Map<String, String> parts = parts(bundleOrRun);
    boolean ofRun =
        dataset.rows().stream()
            .anyMatch(row -> !row.mask().isEmpty() && parts.containsKey(row.image()));
    // Images of another data set are in no fold: the final network answers for them.
    Map<String, String> folds =
        ofRun && parts.values().stream().allMatch(part -> part.matches(FOLD)) ? parts : Map.of();
    Map<String, Bundle> bundles = new TreeMap<>();
    for (String fold : new TreeSet<>(folds.values())) {
      bundles.put(fold, Bundle.open(bundleOrRun.resolve(fold).resolve(Bundle.IN_RUN)));
    }
    if (bundles.isEmpty()) {
      bundles.put("", Bundle.open(bundleOrRun));
    }
    Map<String, TrainingCheck> checks = new HashMap<>();
    for (Map.Entry<String, Bundle> each : bundles.entrySet()) {
      checks.put(each.getKey(), TrainingCheck.of(dataset, each.getValue()));
    }
    TrainingCheck check = checks.values().iterator().next();
    List<ManifestRow> masked = masked(dataset, check, progress);
    Bundle first = bundles.values().iterator().next();
    MapSource by;
    try (Predictor predictor = Predictor.open(first, 1)) {
      by = maps.orElseGet(() -> MapSource.best(predictor));
    }
    List<Case> cases =
        cases(
            masked,
            dataset.setsOf(masked),
            folds,
            List.copyOf(bundles.keySet()),
            by != MapSource.OCCLUSION);
    ImageScore[] scores = new ImageScore[cases.size()];
    ContactSheet sheet = new ContactSheet(seed);
    Path scratch = Files.createTempDirectory("senoscope-random-weights");
    try (Progress.Stage stage = progress.stage("scoring heatmaps", cases.size())) {
      for (Map.Entry<String, Bundle> each : bundles.entrySet()) {
        String network = each.getKey();
        Bundle random =
            RandomWeights.copy(each.getValue(), scratch.resolve("random" + network), seed);
        // Several images at once on one thread each: faster than one image on several threads.
        try (Predictor predictor = Predictor.open(each.getValue(), 1);
            Predictor knowingNothing = Predictor.open(random, 1)) {
          Explainer explainer =
              new Explainer(
                  dataset,
                  predictor,
                  knowingNothing,
                  Objects.requireNonNull(checks.get(network)),
                  network,
                  by);
          IntStream.range(0, cases.size())
              .filter(i -> cases.get(i).network().equals(network))
              .parallel()
              .forEach(
                  i -> {
                    scores[i] = explainer.explain(cases.get(i), sheet);
                    stage.advance();
                  });
          Set<String> seen = Objects.requireNonNull(checks.get(network)).seen();
          for (int i = 0; i < scores.length; i++) {
            if (cases.get(i).network().equals(network)) {
              scores[i] = scores[i].seen(seen.contains(scores[i].image()));
            }
          }
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      AtomicFiles.deleteTree(scratch);
    }
    Bundle shown = folds.isEmpty() ? first : Bundle.open(bundleOrRun);
    BundleDescription description = shown.description();
    return new Scored(
        new Explanation(
            description.title(),
            shown.sha256(),
            dataset.name(),
            check.manifestSha256(),
            description.task().name(),
            description.task().labels(),
            by,
            folds.isEmpty() ? 0 : bundles.size(),
            checks.values().stream()
                .map(TrainingCheck::unknown)
                .filter(why -> !why.isEmpty())
                .findFirst()
                .orElse(""),
            check.demonstratesLeakage() || description.demonstratesLeakage(),
            masked.size(),
            List.of(scores),
            chance(dataset, check, masked, cases, folds),
            Provenance.now("", check.manifestSha256(), seed)),
        sheet.pictures(),
        ofRun);
  }

  /** By image, the part that a run predicted it in; empty for what is not a run. */
  private static Map<String, String> parts(Path bundleOrRun) throws IOException {
    Path predictions = bundleOrRun.resolve(PredictionsFile.NAME);
    Map<String, String> parts = new LinkedHashMap<>();
    if (Files.exists(bundleOrRun.resolve("run.json")) && Files.exists(predictions)) {
      PredictionsFile.read(predictions)
          .cases()
          .forEach(scored -> parts.put(scored.image(), scored.part()));
    }
    return parts;
  }

  private List<Case> cases(
      List<ManifestRow> masked,
      List<String> sets,
      Map<String, String> folds,
      List<String> networks,
      boolean all) {
    List<Integer> drawn = new ArrayList<>(IntStream.range(0, masked.size()).boxed().toList());
    Collections.shuffle(drawn, new Random(seed));
    Set<Integer> sampled = new TreeSet<>(drawn.subList(0, Math.min(sample, drawn.size())));
    List<Case> cases = new ArrayList<>();
    int inNone = 0;
    for (int i = 0; i < masked.size(); i++) {
      String fold = folds.get(masked.get(i).image());
      if (all || sampled.contains(i)) {
        cases.add(
            new Case(
                masked.get(i),
                sets.get(i),
                fold == null ? networks.get(inNone % networks.size()) : fold,
                fold != null,
                sampled.contains(i)));
      }
      inNone += fold == null ? 1 : 0;
    }
    return cases;
  }

  /** The images that have a mask with something inside. */
  private static List<ManifestRow> masked(Dataset dataset, TrainingCheck check, Progress progress)
      throws IOException {
    List<ManifestRow> named =
        check.rows().values().stream().filter(row -> !row.mask().isEmpty()).toList();
    boolean[] marked = new boolean[named.size()];
    List<String> faults = Collections.synchronizedList(new ArrayList<>());
    try (Progress.Stage stage = progress.stage("reading masks", named.size())) {
      IntStream.range(0, named.size())
          .parallel()
          .forEach(
              i -> {
                ManifestRow row = named.get(i);
                try {
                  LesionMask mask = mask(dataset, row);
                  if (mask.height() != row.height() || mask.width() != row.width()) {
                    faults.add(
                        "the mask of %s has %d × %d pixels, the image %d × %d"
                            .formatted(
                                row.image(),
                                mask.height(),
                                mask.width(),
                                row.height(),
                                row.width()));
                  }
                  marked[i] = mask.pixels() > 0;
                } catch (IOException e) {
                  faults.add(
                      "the mask of %s cannot be read: %s".formatted(row.image(), e.getMessage()));
                }
                stage.advance();
              });
    }
    if (!faults.isEmpty()) {
      throw new InputException(
          "%d masks of %s do not fit: %s%s; import the data set again"
              .formatted(
                  faults.size(),
                  dataset.name(),
                  String.join("; ", faults.subList(0, Math.min(MOST_NAMED, faults.size()))),
                  faults.size() > MOST_NAMED ? "; …" : ""));
    }
    List<ManifestRow> rows =
        IntStream.range(0, named.size()).filter(i -> marked[i]).mapToObj(named::get).toList();
    if (rows.isEmpty()) {
      throw new InputException(
          "%s has no lesion masks (column mask of manifest.csv), so nothing tells where a heatmap should point; import a set that has them, such as busi, bus-bra or mias"
              .formatted(dataset.name()));
    }
    return rows;
  }

  private static LesionMask mask(Dataset dataset, ManifestRow row) throws IOException {
    return LesionMask.of(ImageFiles.read(dataset.resolve(row.mask())));
  }

  private static Explanation.Chance chance(
      Dataset dataset,
      TrainingCheck check,
      List<ManifestRow> masked,
      List<Case> cases,
      Map<String, String> folds)
      throws IOException {
    Map<String, Integer> groups = new HashMap<>();
    ChancePoints points = new ChancePoints();
    for (ManifestRow row : masked) {
      String group = check.groupOf(row.image());
      groups.putIfAbsent(group, groups.size());
      String fifth = "fifth" + Objects.requireNonNull(groups.get(group)) % FIFTHS;
      points.add(mask(dataset, row), folds.getOrDefault(row.image(), fifth));
    }
    // Chosen on all images, and told of those that were scored.
    Map<String, Integer> place = new HashMap<>();
    masked.forEach(row -> place.put(row.image(), place.size()));
    int[] scored =
        cases.stream()
            .mapToInt(each -> Objects.requireNonNull(place.get(each.row().image())))
            .toArray();
    return new Explanation.Chance(
        at(scored, points.uniform()), at(scored, points.centre()), at(scored, points.fixed()));
  }

  private static double[] at(int[] places, double[] values) {
    return Arrays.stream(places).mapToDouble(i -> values[i]).toArray();
  }

  /** Explains images by one network. */
  private final class Explainer {
    private final Dataset dataset;
    private final Predictor predictor;
    private final Predictor random;
    private final TrainingCheck check;
    private final String network;
    private final MapSource by;
    private final Head head;
    private final ImageRoom room;

    Explainer(
        Dataset dataset,
        Predictor predictor,
        Predictor random,
        TrainingCheck check,
        String network,
        MapSource by) {
      this.dataset = dataset;
      this.predictor = predictor;
      this.random = random;
      this.check = check;
      this.network = network;
      this.by = by;
      this.head = predictor.bundle().description().heads().getFirst();
      this.room = ImageRoom.inHeap(ImageLimits.DEFAULT, BYTES_PER_PIXEL);
    }

    /** How an image did, before it is known whether the network has seen it. */
    ImageScore explain(Case each, ContactSheet sheet) {
      ManifestRow row = each.row();
      try (ImageRoom.Held held = room.read(dataset.resolve(row.image()))) {
        GreyImage image = held.image();
        LesionMask lesion = mask(dataset, row);
        if (check.comparesPictures()) {
          check.compare(row, Appearance.of(image, perceptualHash));
        }
        Marks marks = Marks.of(row.roi());
        Inference inference = by.maps(predictor, image, marks, predictor.infer(image, marks));
        String predicted = predicted(inference);
        EvidenceMap map = evidence(inference, predicted, image.height(), image.width());
        Inference byChance = by.maps(random, image, marks, random.infer(image, marks));
        EvidenceMap chanceMap =
            evidence(byChance, predicted(byChance), image.height(), image.width());
        long own = seed ^ row.image().hashCode();
        Optional<PerturbationCurves> curves = Optional.empty();
        Optional<PerturbationCurves> randomOrder = Optional.empty();
        if (each.sampled()) {
          GreyImage prepared =
              predictor.bundle().description().preprocessing().prepare(image, marks).image();
          int height = prepared.height();
          int width = prepared.width();
          curves =
              Optional.of(
                  PerturbationCurves.of(
                      predictor,
                      prepared,
                      evidence(onPrepared(inference, height, width), predicted, height, width),
                      head,
                      predicted,
                      own));
          randomOrder =
              Optional.of(
                  PerturbationCurves.of(
                      predictor,
                      prepared,
                      new EvidenceMap(height, width, new float[height * width]),
                      head,
                      predicted,
                      own));
        }
        ImageScore score =
            new ImageScore(
                row.image(),
                check.groupOf(row.image()),
                each.set(),
                network,
                each.inFold(),
                false,
                row.label(head.task().name()).orElse(""),
                predicted,
                (double) lesion.pixels() / ((long) lesion.height() * lesion.width()),
                Pointing.of(map, lesion),
                Overlap.of(map, lesion),
                Pointing.of(chanceMap, lesion),
                Overlap.of(chanceMap, lesion),
                curves,
                randomOrder,
                inference
                    .lesion()
                    .map(
                        found ->
                            OutlineScore.of(
                                EvidenceMap.of(
                                    predictor.bundle().description(),
                                    found,
                                    inference.geometry(),
                                    image.height(),
                                    image.width()),
                                lesion)));
        int[] size = HeatmapPicture.size(image);
        sheet.offer(
            score,
            () ->
                HeatmapPicture.of(
                    score, image, evidence(inference, predicted, size[0], size[1]), lesion));
        return score;
      } catch (IOException e) {
        throw new UncheckedIOException(
            new IOException(
                "%s cannot be explained: %s".formatted(row.image(), e.getMessage()), e));
      }
    }

    private String predicted(Inference inference) {
      return head.top(inference.probabilities(head.task().name()));
    }

    private EvidenceMap evidence(Inference inference, String label, int height, int width) {
      return EvidenceMap.of(
          predictor.bundle().description(), inference, head.task().name(), label, height, width);
    }

    /** The same, as if the prepared image had been read. */
    private static Inference onPrepared(Inference inference, int height, int width) {
      return new Inference(
          inference.logits(),
          inference.probabilities(),
          inference.maps(),
          inference.features(),
          Geometry.asRead(height, width));
    }
  }
}
