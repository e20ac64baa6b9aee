package org.senoscope.evaluate;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.senoscope.dataset.Dataset;
import org.senoscope.dataset.Groups;
import org.senoscope.dataset.Manifest;
import org.senoscope.dataset.ManifestRow;
import org.senoscope.files.Hashes;
import org.senoscope.files.Json;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.model.Fingerprint;
import org.senoscope.model.WeightsOrigin;
import org.senoscope.split.Split;
import org.senoscope.study.Laterality;
import org.senoscope.study.Modality;
import org.senoscope.study.Task;

/**
 * A data set of 60 images of 8 × 8 pixels, two of each of 30 women, left and right; labels normal,
 * benign, malignant in turn by woman; parts train, validation and test in turn by ten women. An
 * image's first pixel tells its label, so that a fake scorer can be good.
 */
public final class SmallCohort {
  public static final Task TASK =
      new Task(Task.PATHOLOGY, List.of("normal", "benign", "malignant"));
  static final int IMAGES = 60;

  private SmallCohort() {}

  public static String image(int i) {
    return "images/%02d.png".formatted(i);
  }

  static String sha256(int i) {
    return "%064x".formatted(i + 1);
  }

  static String part(int i) {
    return List.of("train", "validation", "test").get(i / 20);
  }

  /** Writes the folder without groups and split. */
  public static Dataset write(Path root) throws IOException {
    Files.createDirectories(root.resolve("images"));
    Json.write(root.resolve("dataset.json"), Json.object("dataset").put("name", "small"));
    try (Writer out = Files.newBufferedWriter(root.resolve("manifest.csv"));
        Manifest.Output manifest = new Manifest.Output(out, List.of(Task.PATHOLOGY))) {
      for (int i = 0; i < IMAGES; i++) {
        manifest.write(row(i));
        float[] pixels = new float[64];
        pixels[0] = label(i) / 2f;
        ImageFiles.writePng(new GreyImage(8, 8, pixels), root.resolve(image(i)));
      }
    }
    return Dataset.open(root);
  }

  static int label(int i) {
    return i / 2 % 3;
  }

  private static ManifestRow row(int i) {
    return new ManifestRow(
        image(i),
        sha256(i),
        Optional.of(Modality.US),
        "secret" + i / 2,
        "",
        Optional.of(i % 2 == 0 ? Laterality.L : Laterality.R),
        Optional.empty(),
        8,
        8,
        Map.of(Task.PATHOLOGY, TASK.labels().get(label(i))),
        "",
        List.of(),
        "",
        "",
        "");
  }

  /** Adds groups (one a woman) and the split by {@link #part}. */
  public static void split(Dataset dataset) throws IOException {
    Map<String, String> parts = new LinkedHashMap<>();
    for (int i = 0; i < IMAGES; i++) {
      parts.put(image(i), part(i));
    }
    split(dataset, parts);
  }

  /** Adds groups and a split of one's own. */
  public static void split(Dataset dataset, Map<String, String> parts) throws IOException {
    split(dataset, parts, List.of());
  }

  static void split(Dataset dataset, Map<String, String> parts, List<Split.LeftOut> leftOut)
      throws IOException {
    Map<String, Groups.Entry> groups = new LinkedHashMap<>();
    for (int i = 0; i < IMAGES; i++) {
      groups.put(image(i), new Groups.Entry("g%02d".formatted(i / 2), "patient", "", ""));
    }
    new Groups(groups).write(dataset.groupsFile());
    new Split(
            7,
            "hold-out by women",
            Task.PATHOLOGY,
            Hashes.sha256(dataset.manifestFile()),
            Hashes.sha256(dataset.groupsFile()),
            List.copyOf(new LinkedHashSet<>(parts.values())),
            parts,
            leftOut,
            false)
        .write(dataset.splitFile());
  }

  /** The fingerprint of a model that was trained on other images. */
  public static Fingerprint elsewhere() {
    return Fingerprint.of(List.of(new Fingerprint.Image("f".repeat(64), 0L)));
  }

  /** The fingerprint of some images. */
  public static Fingerprint fingerprint(List<Integer> images) {
    return Fingerprint.of(
        images.stream().map(i -> new Fingerprint.Image(sha256(i), 1000L + i)).toList());
  }

  static List<Integer> range(int from, int to) {
    List<Integer> range = new ArrayList<>();
    for (int i = from; i < to; i++) {
      range.add(i);
    }
    return range;
  }

  /** Reads the label from the first pixel and adds some noise that depends on the label alone. */
  static Candidate candidate(Fingerprint fingerprint) {
    return new Candidate(
        new Evaluation.Model("fake", "1", "00"),
        List.of(TASK),
        fingerprint,
        WeightsOrigin.RANDOM,
        (image, marks) -> {
          int label = Math.round(image.pixels()[0] * 2);
          double[] p = {0.2, 0.2, 0.2};
          p[label] += 0.4;
          return new Scored(Map.of(Task.PATHOLOGY, p), false);
        });
  }

  /** Cases out of fold: fold1 to fold5 by woman, scored with noise by the seed. */
  public static List<ScoredCase> outOfFold(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<ScoredCase> cases = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      double[] p = new double[3];
      double sum = 0;
      for (int label = 0; label < 3; label++) {
        p[label] = random.nextDouble() + (label == label(i) ? 0.4 : 0);
        sum += p[label];
      }
      for (int label = 0; label < 3; label++) {
        p[label] /= sum;
      }
      cases.add(ScoredCase.of(image(i), "g" + i / 2, label(i), p, "fold" + (i / 2 % 5 + 1)));
    }
    return cases;
  }
}
