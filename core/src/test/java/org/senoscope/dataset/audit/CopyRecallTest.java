package org.senoscope.dataset.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.senoscope.RealData;
import org.senoscope.evaluate.metrics.Wilson;
import org.senoscope.image.GreyImage;
import org.senoscope.image.ImageFiles;
import org.senoscope.work.Progress;

/**
 * How many copies of real images the audit finds, and whom it joins wrongly: images of a set and
 * one copy of each, made by one change, are searched together. A sample by default; the figures of
 * docs/decisions/0011-near-duplicates.md by
 *
 * <pre>mvn -pl core test -Dtest=CopyRecallTest -Dsenoscope.coverage=true</pre>
 */
class CopyRecallTest {
  private static final String BUSI = "busi/Dataset_BUSI_with_GT";
  private static final double BAR = .95;

  @ParameterizedTest
  @ValueSource(strings = {BUSI, "mammogram-folders", "cbis-ddsm-mass"})
  void copiesOfASampleAreFoundAndNoStrangers(String set) throws IOException {
    Map<String, Recall> recalls = recalls(set, 40, MadeCopies.SEEN_THROUGH);
    recalls.forEach((change, recall) -> recall.requireBar(set, change));
  }

  @ParameterizedTest
  @EnabledIfSystemProperty(named = "senoscope.coverage", matches = "true")
  @ValueSource(
      strings = {"mammogram-folders", "cbis-ddsm-mass", "bus-bra", "mini-mias/all-mias", BUSI})
  void copiesOfAllOrTwoHundredAreFoundAndHardlyAStranger(String set) throws IOException {
    int most = set.equals(BUSI) ? Integer.MAX_VALUE : 200;
    Map<String, Recall> beyond = recalls(set, most, MadeCopies.BEYOND);
    Map<String, Recall> recalls = recalls(set, most, MadeCopies.SEEN_THROUGH);
    Stream.of(recalls, beyond)
        .flatMap(each -> each.entrySet().stream())
        .forEach(each -> System.out.println(each.getValue().line(set, each.getKey())));
    recalls.forEach((change, recall) -> recall.requireBar(set, change));
    beyond.forEach((change, recall) -> recall.requireHardlyAStranger(set, change));
  }

  /**
   * What was found of copies made by one change.
   *
   * @param images copied
   * @param found of their copies, joined with their originals
   * @param strangers pairs of images that were joined and are neither, by their originals' names
   */
  private record Recall(int images, int found, List<String> strangers) {
    void requireBar(String set, String change) {
      assertThat(found)
          .as("%s of %d in %s", change, images, set)
          .isGreaterThanOrEqualTo((int) Math.ceil(BAR * images));
      requireHardlyAStranger(set, change);
    }

    /** BUSI has frames of one lesion, so alike that a crop of one may be joined to the other. */
    void requireHardlyAStranger(String set, String change) {
      assertThat(strangers)
          .as("strangers joined: %s in %s", change, set)
          .hasSizeLessThanOrEqualTo(images / 100);
    }

    String line(String set, String change) {
      Wilson interval = Wilson.of((double) found / images, images);
      return String.format(
          Locale.ROOT,
          "RECALL | %s | %s | %d of %d | %.1f%% (%.1f to %.1f) | %d | %s",
          set,
          change,
          found,
          images,
          100.0 * found / images,
          100 * interval.low(),
          100 * interval.high(),
          strangers.size(),
          strangers);
    }
  }

  private static Map<String, Recall> recalls(
      String set, int most, Map<String, MadeCopies.Change> changes) throws IOException {
    List<Path> files = sample(set, most);
    Kept originals = new Kept(files.size());
    Parallel.forEach(files.size(), i -> originals.put(i, Files.readAllBytes(files.get(i))));
    int[] before = joined(files.size(), originals.search());
    Map<String, Recall> recalls = new LinkedHashMap<>();
    for (Map.Entry<String, MadeCopies.Change> change : changes.entrySet()) {
      recalls.put(change.getKey(), recall(files, originals, before, change.getValue()));
    }
    return recalls;
  }

  private static Recall recall(
      List<Path> files, Kept originals, int[] before, MadeCopies.Change change) throws IOException {
    int images = before.length;
    Kept both = new Kept(2 * images);
    Parallel.forEach(
        images,
        i -> {
          both.put(i, originals.bytes.get(i));
          both.put(images + i, png(change.of(originals.read(i), new SplittableRandom(i))));
        });
    List<CopyPair> pairs = both.search();
    int[] after = joined(2 * images, pairs);
    int found = 0;
    for (int i = 0; i < images; i++) {
      found += after[i] == after[images + i] ? 1 : 0;
    }
    List<String> strangers =
        pairs.stream()
            .filter(pair -> before[pair.a() % images] != before[pair.b() % images])
            .map(
                pair ->
                    files.get(pair.a() % images).getFileName()
                        + " = "
                        + files.get(pair.b() % images).getFileName())
            .distinct()
            .toList();
    return new Recall(images, found, strangers);
  }

  /** Images as files' bytes, and their sketches. */
  private record Kept(List<byte[]> bytes, List<Optional<Sketch>> sketches) {
    Kept(int size) {
      this(
          new ArrayList<>(Collections.nCopies(size, new byte[0])),
          new ArrayList<>(Collections.nCopies(size, Optional.empty())));
    }

    void put(int place, byte[] file) throws IOException {
      Sketch sketch = Sketch.of(ImageFiles.read(file, "image"));
      synchronized (bytes) {
        bytes.set(place, file);
        sketches.set(place, Optional.of(sketch));
      }
    }

    GreyImage read(int place) throws IOException {
      return ImageFiles.read(bytes.get(place), "image");
    }

    List<CopyPair> search() throws IOException {
      return new NearDuplicates(
              sketches,
              (place, side, reach) ->
                  org.senoscope.image.likeness.Texture.of(read(place), side, reach))
          .find(Progress.NONE);
    }
  }

  /** By place, the least place of those joined with it, transitively. */
  private static int[] joined(int count, List<CopyPair> pairs) {
    int[] root = new int[count];
    Arrays.setAll(root, i -> i);
    for (boolean moved = true; moved; ) {
      moved = false;
      for (CopyPair pair : pairs) {
        int least = Math.min(root[pair.a()], root[pair.b()]);
        moved |= root[pair.a()] != least || root[pair.b()] != least;
        root[pair.a()] = least;
        root[pair.b()] = least;
      }
    }
    return root;
  }

  private static byte[] png(GreyImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageFiles.writePng(image, bytes);
    return bytes.toByteArray();
  }

  /** At most so many images of a set, spread over its files. */
  private static List<Path> sample(String set, int most) throws IOException {
    try (Stream<Path> below = Files.walk(RealData.require(set))) {
      List<Path> all =
          below
              .filter(file -> file.toString().matches(".*\\.(png|jpg)"))
              .filter(file -> !file.toString().matches(".*(_mask|/Masks/).*"))
              .sorted()
              .toList();
      int count = Math.min(most, all.size());
      List<Path> sample = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        sample.add(all.get((int) ((long) i * all.size() / count)));
      }
      return sample;
    }
  }
}
